package io.tocsin.wire;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;

/// Switches off Quarkus' own check of the request target, which answers a bare 400 before any filter is asked:
/// [RequestTarget] refuses the same targets with the envelope. The switch is a system property, read once when the HTTP
/// server's class is loaded; the configuration is the only code of ours that is always earlier, in a test and while a
/// native image is built as well. Where it came too late, callers would get the bare 400 again, nothing worse.
@StaticInitSafe
public class OwnTargetCheck implements SmallRyeConfigBuilderCustomizer {

    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        System.setProperty("vertx.disableURIValidation", "true");
    }
}
