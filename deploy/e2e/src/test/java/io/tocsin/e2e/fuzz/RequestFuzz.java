package io.tocsin.e2e.fuzz;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Sends generated requests to several doors at once and holds every answer against [AnswerRule].
public final class RequestFuzz {

    private static final int CONNECTIONS = 4;
    private static final int MOST_FAILURES = 20;
    private static final int SLOWEST = 8;

    private final Path root;
    private final List<URI> doors;
    private final Supplier<List<String>> ids;
    private final List<String> tokens;
    private final Map<String, LongAdder> kinds = new ConcurrentSkipListMap<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final Map<Long, String> slowest = new ConcurrentSkipListMap<>();

    /// @param root of the source tree
    /// @param doors base addresses the requests go to in turn
    /// @param ids of things that exist, asked again now and then
    /// @param tokens values of `Authorization`
    public RequestFuzz(Path root, List<URI> doors, Supplier<List<String>> ids, List<String> tokens) {
        this.root = root;
        this.doors = List.copyOf(doors);
        this.ids = ids;
        this.tokens = List.copyOf(tokens);
    }

    /// Sends `count` requests made from `seed` and returns when all are answered.
    public void run(long seed, int count) throws InterruptedException {
        var seeds = new Random(seed);
        List<Thread> threads = IntStream.range(0, CONNECTIONS)
                .mapToObj(i -> {
                    long own = seeds.nextLong();
                    return Thread.ofPlatform().start(() -> send(own, count / CONNECTIONS));
                })
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void send(long seed, int count) {
        try {
            sendInRounds(seed, count);
        } catch (RuntimeException broken) {
            failures.add("the fuzz itself broke: " + broken);
        }
    }

    private void sendInRounds(long seed, int count) {
        int round = 5_000;
        var seeds = new Random(seed);
        for (int sent = 0; sent < count; sent += round) {
            var generator = new RequestGenerator(seeds.nextLong(), Templates.of(root), ids.get(), tokens);
            for (URI door : doors) {
                try (var connection = new RawConnection(door.getHost(), door.getPort())) {
                    for (int i = 0; i < Math.min(round, count - sent) / doors.size(); i++) {
                        exchange(connection, generator.next(), door);
                    }
                }
            }
        }
    }

    private void exchange(RawConnection connection, RawRequest request, URI door) {
        if (failures.size() >= MOST_FAILURES) {
            return;
        }
        try {
            long begun = System.nanoTime();
            RawAnswer answer = connection.send(request);
            remember((System.nanoTime() - begun) / 1_000_000, door + " " + request + " -> " + answer.status());
            try {
                count(AnswerRule.kindOf(request, answer));
            } catch (AnswerRule.BrokenRule broken) {
                failures.add(broken.getMessage() + "\n  " + door + " " + request + "\n  " + answer);
            }
        } catch (SocketTimeoutException hang) {
            failures.add("no answer\n  " + door + " " + request);
        } catch (IOException unreachable) {
            failures.add(unreachable + "\n  " + door + " " + request);
        }
    }

    private void remember(long milliseconds, String exchange) {
        slowest.put(milliseconds, exchange);
        if (slowest.size() > SLOWEST) {
            slowest.keySet().stream().findFirst().ifPresent(slowest::remove);
        }
    }

    private void count(String kind) {
        kinds.computeIfAbsent(kind, name -> new LongAdder()).increment();
    }

    /// The requests whose answers broke the rule, with their answers; at most twenty.
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /// How many answers there were of each kind, and the slowest in milliseconds, a line each.
    public String report() {
        return Stream.concat(
                        kinds.entrySet().stream()
                                .map(kind -> "%8d %s".formatted(kind.getValue().sum(), kind.getKey())),
                        slowest.entrySet().stream().map(slow -> "%6d ms %s".formatted(slow.getKey(), slow.getValue())))
                .collect(Collectors.joining("\n"));
    }

    /// All answers so far.
    public long answers() {
        return kinds.values().stream().mapToLong(LongAdder::sum).sum();
    }
}
