package io.tocsin.idempotency;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.logging.Log;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.RetryLaterException;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Status;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Stream;

/// Runs a route's method once for each key. Between two looks at a key that another request is working on, this one
/// holds
/// nothing.
@Interceptor
@Idempotent
@Priority(Interceptor.Priority.LIBRARY_BEFORE)
class OnceInterceptor {

    private static final Duration LOOK = Duration.ofMillis(50);

    private final KeyRepository keys;
    private final IdempotencyConfig config;
    private final ObjectMapper json;
    private final RoutingContext request;
    private final KeyMeters meters;
    private final AnswerSeal seal;

    OnceInterceptor(
            KeyRepository keys,
            IdempotencyConfig config,
            ObjectMapper json,
            RoutingContext request,
            KeyMeters meters,
            AnswerSeal seal) {
        this.keys = keys;
        this.config = config;
        this.json = json;
        this.request = request;
        this.meters = meters;
        this.seal = seal;
    }

    @AroundInvoke
    Object once(InvocationContext call) throws Exception {
        KeyedRequest keyed = KeyedRequest.of(request);
        if (keyed == null) {
            return call.proceed();
        }
        seal.prepare(keyed); // before anything is done that could not be recorded
        return isOneTransaction(call) ? inOneTransaction(keyed, call) : inParts(keyed, call);
    }

    private static boolean isOneTransaction(InvocationContext call) {
        return switch (call.getMethod().getAnnotation(Idempotent.class).value()) {
            case ONE_TRANSACTION -> true;
            case ITEM_BY_ITEM ->
                Stream.of(call.getParameters()).noneMatch(it -> it instanceof JsonNode body && body.isArray());
            case IN_CHUNKS -> false;
        };
    }

    private Object inOneTransaction(KeyedRequest keyed, InvocationContext call) throws Exception {
        long end = System.nanoTime() + config.patience().toNanos();
        while (true) {
            QuarkusTransaction.begin();
            try {
                switch (keys.lock(keyed)) {
                    case Found.Free free -> {
                        meters.count(KeyMeters.Outcome.FIRST);
                        Object result = call.proceed();
                        record(keyed, Answer.of(result, json));
                        QuarkusTransaction.commit();
                        return result;
                    }
                    case Found.Finished first -> throw answered(keyed, first);
                    case Found.Busy busy -> {}
                }
            } finally {
                if (QuarkusTransaction.getStatus() != Status.STATUS_NO_TRANSACTION) {
                    QuarkusTransaction.rollback();
                }
            }
            await(end);
        }
    }

    private void record(KeyedRequest keyed, Answer answer) {
        if (answer.isSuccess() && !keys.record(keyed, keyed.requestHash(), answer, seal.close(keyed, answer))) {
            throw stillWorking();
        }
    }

    private Object inParts(KeyedRequest keyed, InvocationContext call) throws Exception {
        var claimant = UUID.randomUUID();
        long end = System.nanoTime() + config.patience().toNanos();
        while (!keys.claim(keyed, claimant)) {
            if (keys.find(keyed) instanceof Found.Finished first) {
                throw answered(keyed, first);
            }
            await(end);
        }
        meters.count(KeyMeters.Outcome.FIRST);
        boolean finished = false;
        try (var _ = ClaimKeeper.start(config.claim(), () -> keys.renew(keyed, claimant))) {
            Object result = call.proceed();
            Answer answer = Answer.of(result, json);
            if (answer.isSuccess()) {
                byte[] sealed = seal.close(keyed, answer);
                keys.finish(keyed, claimant, keyed.requestHash(), answer, sealed);
                finished = true;
            }
            return result;
        } finally {
            if (!finished) {
                release(keyed, claimant);
            }
        }
    }

    private void release(KeyedRequest keyed, UUID claimant) {
        try {
            keys.release(keyed, claimant);
        } catch (RuntimeException failed) {
            // What ended the request is what its caller must hear; the claim lapses by itself.
            Log.debugf("A claim was not released: reason=%s", failed.getMessage());
        }
    }

    private RuntimeException answered(KeyedRequest keyed, Found.Finished first) {
        if (!MessageDigest.isEqual(first.requestHash(), keyed.requestHash())) {
            meters.count(KeyMeters.Outcome.OTHER_REQUEST);
            return new ProblemException(IdempotencyProblem.OTHER_REQUEST);
        }
        meters.count(KeyMeters.Outcome.REPLAYED);
        return new ReplayException(new Answer(first.status(), first.headers(), seal.open(keyed, first)));
    }

    private void await(long end) {
        if (System.nanoTime() - end >= 0) {
            throw stillWorking();
        }
        try {
            Thread.sleep(LOOK);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw stillWorking();
        }
    }

    private RetryLaterException stillWorking() {
        meters.count(KeyMeters.Outcome.BUSY);
        return new RetryLaterException(IdempotencyProblem.STILL_WORKING, IdempotencyProblem.STILL_WORKING.title(), 1);
    }
}
