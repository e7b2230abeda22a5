package io.tocsin.response.investigation;

import io.quarkus.logging.Log;
import io.tocsin.jobs.Job;
import io.tocsin.response.ResponseProblem;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Moves what no open investigation moves: what is undone, what still ran when its investigation ended, what another
/// service could not be told, and what nobody decided in time. One that fails holds up no other, and is tried again.
@ApplicationScoped
class RemediationJob implements Job {

    private static final int BATCH = 50;

    private final RemediationRepository remediations;
    private final RemediationWork work;
    private final InvestigationConfig config;

    RemediationJob(RemediationRepository remediations, RemediationWork work, InvestigationConfig config) {
        this.remediations = remediations;
        this.work = work;
        this.config = config;
    }

    @Override
    public String name() {
        return "remediations";
    }

    @Override
    public Duration pause() {
        return config.look();
    }

    @Override
    public void run() {
        work.expire(BATCH);
        remediations
                .leftRunning(BATCH)
                .forEach(it ->
                        safely(it, () -> work.ended(it.tenant(), it.remediation(), it.actionStatus(), it.message())));
        remediations.undoing(BATCH).forEach(it -> safely(it, () -> undo(it)));
        remediations
                .unheard(BATCH)
                .forEach(it -> work.unheard(it.tenant(), it.remediation(), it.undoing(), it.reason()));
    }

    private void undo(RemediationRepository.Moving it) {
        if (it.actionStatus() != null) {
            work.undone(
                    it.tenant(),
                    it.remediation(),
                    it.actionStatus().equals("Succeeded")
                            ? null
                            : RemediationWork.said(
                                    "The machine action that takes it back ended as " + it.actionStatus(),
                                    it.message()));
            return;
        }
        try {
            work.undo(it.tenant(), it.remediation());
        } catch (ProblemException refusal) {
            if (refusal.type() != ResponseProblem.ACTIVE_REQUEST_EXISTS) {
                work.undone(it.tenant(), it.remediation(), refusal.getMessage());
            }
        }
    }

    private static void safely(RemediationRepository.Moving it, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException failed) {
            Log.warnf(failed, "A remediation was not taken on, will be tried again: id=%s", it.remediation());
        }
    }
}
