package io.tocsin.response.file;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tocsin.db.Statements;
import java.time.Duration;

/// Contents as a service without settings has them, for proofs that make their service by hand.
public final class ProofBlobs {

    private ProofBlobs() {}

    public static Blobs in(Statements statements) {
        var defaults = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(FileConfig.class)
                .withMapping(S3Config.class)
                .build();
        return new Blobs(
                statements,
                defaults.getConfigMapping(FileConfig.class),
                defaults.getConfigMapping(S3Config.class),
                new SimpleMeterRegistry());
    }
}
