package io.tocsin.response.indicatorfeed;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// What many ask for at once is asked for once: whoever asks while somebody else does gets the next answer, which is
/// no older than his own would have been; also when that is a failure, or all of them would wait for theirs in turn.
final class Shared<K, V> {

    private static final int MANY = 1_000;

    private final AtomicLong order = new AtomicLong();
    private final ConcurrentMap<K, Answer<V>> answers = new ConcurrentHashMap<>();

    private static final class Answer<V> {
        private V value;
        private RuntimeException failure;
        private long begun;

        private V told() {
            if (failure != null) {
                throw failure;
            }
            return value;
        }
    }

    V get(K question, Supplier<V> ask) {
        long arrived = order.incrementAndGet();
        if (answers.size() > MANY) {
            answers.clear(); // whoever has one goes on with it
        }
        Answer<V> answer = answers.computeIfAbsent(question, unused -> new Answer<>());
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
