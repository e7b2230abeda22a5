package io.tocsin.response.indicatorfeed;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// What many ask for at once is asked for once: whoever asks while somebody else does gets the next answer, which is
/// no older than his own would have been; also when that is a failure, or all of them would wait for theirs in turn.
/// An answer is held only as long as somebody waits for one to that question.
final class Shared<K, V> {

    private final AtomicLong order = new AtomicLong();
    private final ConcurrentMap<K, Answer<V>> answers = new ConcurrentHashMap<>();

    private static final class Answer<V> {
        private V value;
        private RuntimeException failure;
        private long begun;
        private int waiting;

        private V told() {
            if (failure != null) {
                throw failure;
            }
            return value;
        }
    }

    V get(K question, Supplier<V> ask) {
        long arrived = order.incrementAndGet();
        Answer<V> answer = answers.compute(question, (unused, held) -> {
            Answer<V> mine = held == null ? new Answer<>() : held;
            mine.waiting++;
            return mine;
        });
        try {
            return told(answer, arrived, ask);
        } finally {
            answers.compute(question, (unused, held) -> --answer.waiting == 0 ? null : held);
        }
    }

    /// Questions that somebody waits for an answer to.
    int held() {
        return answers.size();
    }

    private V told(Answer<V> answer, long arrived, Supplier<V> ask) {
        synchronized (answer) {
            if (answer.begun < arrived) {
                answer.begun = order.incrementAndGet();
                answer.failure = null;
                try {
                    answer.value = ask.get();
                } catch (RuntimeException failed) {
                    answer.failure = failed;
                }
            }
            return answer.told();
        }
    }
}
