package io.tocsin.alert.kafka;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Where telemetry is streamed to. Without servers nothing is, and no client of Kafka is made.
@ConfigMapping(prefix = "tocsin.kafka")
interface KafkaConfig {

    /// `host:port` of brokers, comma-separated.
    Optional<String> bootstrapServers();

    /// The one topic of all records. Without it each table has its own: `topicPrefix` and the table in lower case.
    Optional<String> topic();

    /// What names of topics begin with where each table has its own.
    @WithDefault("insights-logs-advancedhunting-")
    String topicPrefix();

    /// `PLAINTEXT`, `SSL`, `SASL_SSL` or `SASL_PLAINTEXT`.
    @WithDefault("PLAINTEXT")
    String securityProtocol();

    /// `SCRAM-SHA-512`, `SCRAM-SHA-256` or `PLAIN`; used with a protocol that begins with `SASL`.
    @WithDefault("SCRAM-SHA-512")
    String saslMechanism();

    /// A folder with the files `username` and `password`, read whenever a client is made.
    Optional<Path> login();

    /// The authorities of the brokers' certificates in PEM; without it the JVM's.
    Optional<Path> caFile();

    /// The pause between two looks for new events; at least 100 ms.
    @WithDefault("250ms")
    Duration pause();

    /// Events of one look, all of which are acknowledged before the next.
    @WithDefault("2000")
    int batch();

    /// Records of one message at most.
    @WithDefault("100")
    int recordsPerMessage();

    /// How long the brokers may take to acknowledge a look before it is sent again.
    @WithDefault("30s")
    Duration timeout();

    /// The pause after the first failure; it doubles with each.
    @WithDefault("500ms")
    Duration firstDelay();

    /// Where it stops to double.
    @WithDefault("30s")
    Duration longestDelay();
}
