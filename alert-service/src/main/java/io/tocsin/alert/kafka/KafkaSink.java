package io.tocsin.alert.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.tocsin.alert.feed.EventRecords;
import io.tocsin.alert.feed.EventRecords.Streamed;
import io.tocsin.feed.Place;
import io.tocsin.jobs.Job;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;

/// Sends what is behind the position and moves it when the brokers have acknowledged all of it, never before: what was
/// acknowledged and not noted is sent again. While they do not answer, it tries for ever, in growing pauses.
@ApplicationScoped
class KafkaSink implements Job {

    private static final int MOST_LOOKS = 50;
    private static final Duration OFF = Duration.ofMinutes(1);

    private final KafkaConfig config;
    private final KafkaClient client;
    private final KafkaMessages messages;
    private final KafkaPosition position;
    private final EventRecords events;
    private final Counter sent;
    private final Counter failures;
    private final Counter skipped;
    private int failed;
    private long notBefore = System.nanoTime();

    KafkaSink(
            KafkaConfig config,
            KafkaClient client,
            KafkaMessages messages,
            KafkaPosition position,
            EventRecords events,
            MeterRegistry registry) {
        this.config = config;
        this.client = client;
        this.messages = messages;
        this.position = position;
        this.events = events;
        this.sent = counter(registry, "tocsin.kafka.events", "Events that Kafka has acknowledged");
        this.failures = counter(registry, "tocsin.kafka.failures", "Times Kafka did not acknowledge; it is sent again");
        this.skipped =
                counter(registry, "tocsin.kafka.skipped", "Messages Kafka takes for too large; they are left out");
    }

    private static Counter counter(MeterRegistry registry, String name, String meaning) {
        return Counter.builder(name).description(meaning).register(registry);
    }

    @Override
    public String name() {
        return "kafka-sink";
    }

    @Override
    public Duration pause() {
        return config.bootstrapServers().isPresent() ? config.pause() : OFF;
    }

    @Override
    public void run() {
        if (config.bootstrapServers().isEmpty() || System.nanoTime() - notBefore < 0) {
            return;
        }
        Place from = position.get().orElseGet(this::begin);
        for (int look = 0; look < MOST_LOOKS; look++) {
            List<Streamed> batch = events.after(from, config.batch());
            if (batch.isEmpty() || !send(batch)) {
                return;
            }
            Place to = batch.getLast().place();
            if (!position.move(from, to)) {
                return; // another replica did, which was taken for dead
            }
            sent.increment(batch.size());
            from = to;
        }
    }

    /// What is streamed is what comes from now on.
    private Place begin() {
        Place now = events.end().orElse(Place.beginning(WireTime.now().ticks()));
        position.begin(now);
        return now;
    }

    private boolean send(List<Streamed> batch) {
        try {
            acknowledged(messages.of(batch));
            if (failed > 0) {
                Log.infof("Kafka acknowledges again: failures=%d", failed);
            }
            failed = 0;
            return true;
        } catch (RuntimeException | ExecutionException | TimeoutException notAcknowledged) {
            client.close();
            failures.increment();
            Duration pause = delay(failed++);
            notBefore = System.nanoTime() + pause.toNanos();
            Throwable reason = notAcknowledged.getCause() == null ? notAcknowledged : notAcknowledged.getCause();
            if (Integer.bitCount(failed) == 1) { // the first, the second, the fourth: it may last for days
                Log.warnf(
                        "Kafka does not acknowledge, it is sent again: failures=%d pause=%s reason=%s",
                        failed, pause, reason);
            }
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            client.close();
            return false;
        }
    }

    private void acknowledged(List<ProducerRecord<byte[], byte[]>> records)
            throws ExecutionException, TimeoutException, InterruptedException {
        Producer<byte[], byte[]> producer = client.get();
        var acknowledgements = new ArrayList<Future<RecordMetadata>>();
        for (ProducerRecord<byte[], byte[]> record : records) {
            Future<RecordMetadata> acknowledgement = producer.send(record);
            if (acknowledgement.isDone()) {
                settle(acknowledgement); // refused at once, as when no broker answers: the others would wait as long
            }
            acknowledgements.add(acknowledgement);
        }
        producer.flush();
        for (Future<RecordMetadata> acknowledgement : acknowledgements) {
            settle(acknowledgement);
        }
    }

    private void settle(Future<RecordMetadata> acknowledgement)
            throws ExecutionException, TimeoutException, InterruptedException {
        try {
            acknowledgement.get(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException refused) {
            if (!(refused.getCause() instanceof RecordTooLargeException)) {
                throw refused;
            }
            skipped.increment();
            Log.errorf(
                    "Kafka takes a message for too large, it is left out: reason=%s",
                    refused.getCause().getMessage());
        }
    }

    private Duration delay(int failures) {
        long longest = config.longestDelay().toMillis();
        long doubled = config.firstDelay().toMillis() << Math.min(failures, 20);
        return Duration.ofMillis(Math.min(longest, doubled));
    }

    void onStop(@Observes ShutdownEvent stop) {
        client.close();
    }
}
