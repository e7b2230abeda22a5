package io.tocsin.alert.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// The one producer of this replica: made when it is first needed, thrown away when something failed, so that nothing
/// of
/// a connection that went wrong, nor of a secret that was replaced, is kept.
@ApplicationScoped
class KafkaClient {

    /// What a broker takes at least. A larger batch of small messages it took for too large would be sent as it was,
    /// over
    /// and over: the client makes it no smaller than this.
    private static final int SMALLEST_LIMIT = 16 * 1024;

    private static final int LARGEST_REQUEST = 1024 * 1024;

    private final KafkaConfig config;
    private Producer<byte[], byte[]> producer;

    KafkaClient(KafkaConfig config) {
        this.config = config;
    }

    synchronized Producer<byte[], byte[]> get() {
        if (producer == null) {
            producer = new KafkaProducer<>(settings(), new ByteArraySerializer(), new ByteArraySerializer());
        }
        return producer;
    }

    synchronized void close() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    /// Acknowledged by every replica in sync, and written once however often the client tries.
    Map<String, Object> settings() {
        var settings = new HashMap<String, Object>();
        int timeout = (int) config.timeout().toMillis();
        settings.put(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                config.bootstrapServers().orElseThrow());
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "tocsin-alert-service");
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, SMALLEST_LIMIT);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_REQUEST);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (long) timeout);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1, timeout / 2));
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeout + 5);
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 2_000L);
        settings.put("security.protocol", config.securityProtocol());
        config.caFile().ifPresent(file -> {
            settings.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
            settings.put(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, file.toString());
        });
        if (config.securityProtocol().startsWith("SASL")) {
            settings.put(SaslConfigs.SASL_MECHANISM, config.saslMechanism());
            settings.put(SaslConfigs.SASL_JAAS_CONFIG, login());
        }
        return settings;
    }

    private String login() {
        String module = config.saslMechanism().startsWith("SCRAM")
                ? "org.apache.kafka.common.security.scram.ScramLoginModule"
                : "org.apache.kafka.common.security.plain.PlainLoginModule";
        return module + " required username=\"" + quoted("username") + "\" password=\"" + quoted("password") + "\";";
    }

    private String quoted(String name) {
        Path file = config.login().orElseThrow().resolve(name);
        try {
            return Files.readString(file, StandardCharsets.UTF_8)
                    .strip()
                    .replace("\\", "\\\\")
                    .replace("\"", "\\\"");
        } catch (IOException missing) {
            throw new UncheckedIOException("a file of the user at Kafka cannot be read: " + name, missing);
        }
    }
}
