package io.tocsin.alert.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.tocsin.alert.feed.AlertRecords;
import io.tocsin.alert.feed.ChangeLog;
import io.tocsin.alert.feed.EventRecords;
import io.tocsin.alert.feed.EventRecords.Look;
import io.tocsin.alert.feed.EventRecords.Streamed;
import io.tocsin.alert.kafka.KafkaMessages.Message;
import io.tocsin.feed.Place;
import io.tocsin.jobs.Job;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
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
    private final AlertRecords alerts;
    private final Counter sent;
    private final Counter failures;
    private final Counter skipped;
    private final Counter missed;
    private final Map<String, Place> toldMissed = new HashMap<>();
    private int failed;
    private long notBefore = System.nanoTime();

    KafkaSink(
            KafkaConfig config,
            KafkaClient client,
            KafkaMessages messages,
            KafkaPosition position,
            EventRecords events,
            AlertRecords alerts,
            MeterRegistry registry) {
        this.config = config;
        this.client = client;
        this.messages = messages;
        this.position = position;
        this.events = events;
        this.alerts = alerts;
        this.sent = counter(registry, "tocsin.kafka.events", "Records that Kafka has acknowledged");
        this.failures = counter(registry, "tocsin.kafka.failures", "Times Kafka did not acknowledge; it is sent again");
        this.skipped =
                counter(registry, "tocsin.kafka.skipped", "Records Kafka takes for too large; they are left out");
        this.missed = counter(
                registry,
                "tocsin.kafka.missed",
                "Times rows were forgotten that Kafka had not acknowledged: it stood still for longer than they are kept");
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
        if (stream(KafkaPosition.EVENTS, "device_event", events::end, place -> events.after(place, config.batch()))) {
            stream(KafkaPosition.ALERTS, ChangeLog.TABLE.name(), alerts::end, alerts::after);
        }
    }

    /// Whether all went well.
    private boolean stream(
            String consumer, String followed, Supplier<Optional<Place>> end, Function<Place, Look> next) {
        Place from = position.get(consumer).orElseGet(() -> begin(consumer, end));
        position.forgottenBehind(from, followed).ifPresent(place -> tellMissed(consumer, place));
        for (int count = 0; count < MOST_LOOKS; count++) {
            Look look = next.apply(from);
            if (look.end().compareTo(from) == 0) {
                return true;
            }
            if (!look.records().isEmpty() && !send(look.records())) {
                return false;
            }
            if (!position.move(consumer, from, look.end())) {
                return false; // another replica did, which was taken for dead
            }
            sent.increment(look.records().size());
            from = look.end();
        }
        return true;
    }

    /// Once for what retention takes at once: what is kept goes on to be sent.
    private void tellMissed(String consumer, Place forgotten) {
        Place told = toldMissed.put(consumer, forgotten);
        if (told == null || told.compareTo(forgotten) < 0) {
            missed.increment();
            Log.errorf(
                    "Rows are forgotten that Kafka has not acknowledged, it stood still for longer than they are kept: stream=%s",
                    consumer);
        }
    }

    /// What is streamed is what comes from now on.
    private Place begin(String consumer, Supplier<Optional<Place>> end) {
        Place now = end.get().orElse(Place.beginning(WireTime.now().ticks()));
        position.begin(consumer, now);
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

    private record Sent(Message message, Future<RecordMetadata> acknowledgement) {}

    /// A message that is too large is sent as one of each of its records, behind the others.
    private void acknowledged(List<Message> all) throws ExecutionException, TimeoutException, InterruptedException {
        Producer<byte[], byte[]> producer = client.get();
        var waited = new ArrayList<Sent>();
        var tooLarge = new ArrayList<Message>();
        for (Message message : all) {
            Future<RecordMetadata> acknowledgement = producer.send(message.record());
            if (!acknowledgement.isDone()) {
                waited.add(new Sent(message, acknowledgement));
            } else if (!fits(
                    acknowledgement)) { // refused at once, as when no broker answers: others would wait as long
                tooLarge.add(message);
            }
        }
        producer.flush();
        for (Sent sent : waited) {
            if (!fits(sent.acknowledgement())) {
                tooLarge.add(sent.message());
            }
        }
        for (Message message : tooLarge) {
            if (message.of().size() > 1) {
                acknowledged(messages.apart(message));
            } else {
                leaveOut(message.of().getFirst(), message.record().value().length);
            }
        }
    }

    private boolean fits(Future<RecordMetadata> acknowledgement)
            throws ExecutionException, TimeoutException, InterruptedException {
        try {
            acknowledgement.get(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException refused) {
            if (refused.getCause() instanceof RecordTooLargeException) {
                return false;
            }
            throw refused;
        }
    }

    private void leaveOut(Streamed record, int bytes) {
        skipped.increment();
        Log.errorf(
                "Kafka takes a record for too large, it is left out: table=%s of=%s bytes=%d time=%s",
                record.table(), record.machineId(), bytes, record.record().time());
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
