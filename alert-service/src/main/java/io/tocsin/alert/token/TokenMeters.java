package io.tocsin.alert.token;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;

/// How requests for a token end. No client's name is among the tags: who guesses names would make new ones.
@ApplicationScoped
@Startup // its meters are there before the first request is
class TokenMeters {

    private final MeterRegistry registry;

    TokenMeters(MeterRegistry registry) {
        this.registry = registry;
        counter("issued");
        for (TokenProblem problem : TokenProblem.values()) {
            counter(label(problem));
        }
    }

    TokenAnswers.Answer counted(TokenAnswers.Answer answer) {
        return () -> {
            try {
                Object token = answer.get();
                counter("issued").increment();
                return token;
            } catch (TokenRefusal refusal) {
                counter(label(refusal.problem())).increment();
                throw refusal;
            }
        };
    }

    private Counter counter(String outcome) {
        return Counter.builder("tocsin.token.requests")
                .description("Requests for a token, by how they ended")
                .tag("outcome", outcome)
                .register(registry);
    }

    private static String label(TokenProblem problem) {
        return problem.name().toLowerCase(Locale.ROOT);
    }
}
