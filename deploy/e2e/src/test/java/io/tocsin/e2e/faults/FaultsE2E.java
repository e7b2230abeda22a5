package io.tocsin.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// Plays seeds of faults to the platform under work, and holds what it has and says against the clients' journals
/// (docs/adr/047). `deploy/e2e/faults` names the seeds and bounds the time.
@EnabledIfSystemProperty(named = "tocsin.faults.seeds", matches = "[1-9]\\d*")
class FaultsE2E {

    private static final int SEEDS = Integer.getInteger("tocsin.faults.seeds", 1);
    private static final long FIRST = Long.getLong("tocsin.faults.first", 1);
    private static final int STEPS = Integer.getInteger("tocsin.faults.steps", 6);
    private static final int REPLICAS = Integer.getInteger("tocsin.faults.replicas", 2);
    private static final Duration MOST = Duration.ofMinutes(Integer.getInteger("tocsin.faults.minutes", 15));
    private static final Duration RECOVERY = Duration.ofMinutes(3);
    private static final long ENDED_WITHIN = 120_000;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    @Test
    void shouldKeepItsWordWhateverGoesWrong() throws Exception {
        long late = System.nanoTime() + MOST.toNanos();
        Map<Seeds.Kind, Integer> played = new EnumMap<>(Seeds.Kind.class);
        var failed = new ArrayList<String>();
        int tried = 0;
        try (var platform = new Platform(folder, REPLICAS)) {
            System.out.println("faults: kinds " + platform.kinds());
            for (long seed = FIRST; seed < FIRST + SEEDS && System.nanoTime() < late; seed++) {
                List<Seeds.Step> steps = Seeds.steps(seed, STEPS, platform.kinds());
                steps.forEach(step -> played.merge(step.kind(), 1, Integer::sum));
                List<String> wrong = play(platform, seed, steps);
                tried++;
                wrong.forEach(what -> System.out.println("faults: seed " + what));
                if (!wrong.isEmpty()) {
                    failed.add("seed " + seed + " " + steps + ": " + wrong);
                }
            }
            assertThat(platform.verifyAudit()).as("the audit's chain").isZero();
        }
        System.out.printf("faults: %d seeds from %d, %d failed, faults %s%n", tried, FIRST, failed.size(), played);
        assertThat(failed).isEmpty();
        assertThat(tried).isPositive();
    }

    private static List<String> play(Platform platform, long seed, List<Seeds.Step> steps) throws Exception {
        var client = new Client(platform.url());
        var work = new Workload(client, "seed" + seed, platform::token);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            work.start();
            Client.pause(1_000);
            var faults = new ArrayList<Future<?>>();
            for (Seeds.Step step : steps) {
                faults.add(threads.submit(() -> {
                    platform.apply(step);
                    return null;
                }));
                Client.pause(step.pause());
            }
            for (Future<?> fault : faults) {
                fault.get(5, TimeUnit.MINUTES);
            }
            platform.recovered(RECOVERY).ifPresent(what -> client.wrong("not recovered: " + what));
            work.stop(ENDED_WITHIN);
            var wrong = new ArrayList<>(client.wrong());
            wrong.addAll(new Verdict(platform, work).wrong());
            System.out.printf(
                    "faults: seed %d %s: %d alerts, %d events, %d indicators, %d actions, %d sent again, %d agents crashed%s%n",
                    seed,
                    wrong.isEmpty() ? "held" : "FAILED",
                    work.alerts().size(),
                    work.events().size(),
                    work.indicators().size(),
                    work.actions().size(),
                    client.repeated(),
                    work.crashes(),
                    ": " + steps);
            return wrong;
        } finally {
            client.close();
        }
    }
}
