package io.tocsin.idempotency;

import io.tocsin.secret.Secrets;
import jakarta.enterprise.context.ApplicationScoped;

/// Seals recorded answers twice: by what the client sent, and by a data key. Who has the database and guesses a
/// key lacks the second; who has the master keys, the first.
@ApplicationScoped
class AnswerSeal {

    private static final String PURPOSE = "idempotency-answer";

    private final Secrets secrets;

    AnswerSeal(Secrets secrets) {
        this.secrets = secrets;
    }

    void prepare(KeyedRequest request) {
        secrets.prepare(request.owner().tenant());
    }

    byte[] close(KeyedRequest request, Answer answer) {
        byte[] byClient = Seal.close(request.sealingKey(), answer.body());
        return secrets.seal(request.owner().tenant(), PURPOSE, request.place(), byClient);
    }

    byte[] open(KeyedRequest request, Found.Finished first) {
        byte[] byClient = first.withDataKey()
                ? secrets.open(request.owner().tenant(), PURPOSE, request.place(), first.answer())
                : first.answer();
        return Seal.open(request.sealingKey(), byClient);
    }
}
