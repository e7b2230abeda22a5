package io.tocsin.response.indicatorfeed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SharedTest {

    private final Shared<String, Integer> shared = new Shared<>();
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void shouldAskOnceForAllThatWaitForAnAnswerThatIsBeingGiven() throws Exception {
        // Given
        var begun = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        CompletableFuture<Integer> first = CompletableFuture.supplyAsync(() -> shared.get("a", () -> {
            begun.countDown();
            awaited(go);
            return asked.incrementAndGet();
        }));
        begun.await();
        var others = waiting(20, asked::incrementAndGet);

        // When
        go.countDown();

        // Then
        assertThat(first.join()).isEqualTo(1);
        assertThat(others).extracting(CompletableFuture::join).containsOnly(2);
        assertThat(asked).hasValue(2);
        assertThat(shared.held()).isZero();
    }

    @Test
    void shouldFailOnceForAllThatWaited() throws Exception {
        var begun = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        CompletableFuture<Integer> first = CompletableFuture.supplyAsync(() -> shared.get("a", () -> {
            begun.countDown();
            awaited(go);
            return 7;
        }));
        begun.await();
        var others = waiting(5, () -> {
            asked.incrementAndGet();
            throw new IllegalStateException("down");
        });

        go.countDown();

        assertThat(first.join()).isEqualTo(7);
        assertThat(others).allSatisfy(other -> assertThatThrownBy(other::join).hasMessageContaining("down"));
        assertThat(asked).hasValue(1);
        assertThat(shared.held()).isZero();
    }

    /// So many that ask, once all of them wait for whoever asks now.
    private List<CompletableFuture<Integer>> waiting(int many, Supplier<Integer> ask) {
        var others = new ArrayList<CompletableFuture<Integer>>();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < many; i++) {
            var other = new CompletableFuture<Integer>();
            others.add(other);
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    other.complete(shared.get("a", ask));
                } catch (RuntimeException failed) {
                    other.completeExceptionally(failed);
                }
            }));
        }
        while (!threads.stream().allMatch(thread -> thread.getState() == Thread.State.BLOCKED)) {
            Thread.onSpinWait();
        }
        return others;
    }

    /// Whoever comes later may want to know what has happened meanwhile.
    @Test
    void shouldAskAgainForWhoeverComesWhenTheAnswerIsGiven() {
        List<Integer> answers = IntStream.range(0, 3)
                .mapToObj(one -> shared.get("a", asked::incrementAndGet))
                .toList();

        assertThat(answers).containsExactly(1, 2, 3);
    }

    @Test
    void shouldKeepQuestionsApartHoweverManyThereAre() {
        for (int question = 0; question < 5_000; question++) {
            int answer = question;
            assertThat(shared.get("q" + question, () -> answer)).isEqualTo(answer);
        }
    }

    @Test
    void shouldAskAgainWhoeverComesBehindAFailure() {
        assertThatThrownBy(() -> shared.get("a", () -> {
                    throw new IllegalStateException("down");
                }))
                .hasMessage("down");

        assertThat(shared.get("a", asked::incrementAndGet)).isEqualTo(1);
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
