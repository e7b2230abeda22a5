package io.tocsin.response.investigation;

import io.quarkus.logging.Log;
import io.tocsin.jobs.Job;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Takes open investigations on, some at a time; one that fails does not hold up the others, and is tried again.
@ApplicationScoped
class InvestigationJob implements Job {

    private static final int BATCH = 50;

    /// So many remediations of one before others have their turn.
    private static final int AT_ONCE = 500;

    private final InvestigationService investigations;
    private final RemediationRepository remediations;
    private final Investigator investigator;
    private final Widening widening;
    private final RemediationWork work;
    private final InvestigationConfig config;

    InvestigationJob(
            InvestigationService investigations,
            RemediationRepository remediations,
            Investigator investigator,
            Widening widening,
            RemediationWork work,
            InvestigationConfig config) {
        this.investigations = investigations;
        this.remediations = remediations;
        this.investigator = investigator;
        this.widening = widening;
        this.work = work;
        this.config = config;
    }

    @Override
    public String name() {
        return "investigations";
    }

    @Override
    public Duration pause() {
        return config.look();
    }

    @Override
    public void run() {
        List<InvestigationRepository.Due> due = investigations.takeDue(BATCH);
        for (InvestigationRepository.Due it : due) {
            try {
                step(it);
            } catch (RuntimeException failed) {
                Log.warnf(failed, "An investigation was not taken on, will be tried again: id=%d", it.id());
                fail(it, failed);
            }
        }
    }

    private void fail(InvestigationRepository.Due it, RuntimeException failure) {
        try {
            investigator.failed(it, failure);
        } catch (RuntimeException failed) { // the database is gone: that is no fault of the evidence
            Log.warnf(failed, "That an investigation was not taken on could not be noted: id=%d", it.id());
        }
    }

    private void step(InvestigationRepository.Due it) {
        Optional<Investigator.Analysed> analysed = analyse(it);
        if (analysed.isEmpty()) {
            return;
        }
        investigator.withdraw(it, analysed.get());
        List<UUID> approved = remediations.approved(it.tenant(), it.id(), AT_ONCE);
        for (UUID remediation : approved) {
            try {
                work.run(it.tenant(), remediation);
            } catch (ProblemException refusal) {
                work.refused(it.tenant(), remediation, refusal);
            }
        }
        Widening.Taken widened = widening.take(it, analysed.get().malicious());
        investigator.settle(it, analysed.get().alerts(), widened != Widening.Taken.ALL);
        if (widened == Widening.Taken.SOME || approved.size() == AT_ONCE) {
            investigations.wake(it);
        }
    }

    private Optional<Investigator.Analysed> analyse(InvestigationRepository.Due it) {
        try {
            return investigator.analyse(it);
        } catch (RuntimeException failed) {
            Log.warnf(failed, "Entities of an investigation are examined one by one: id=%d", it.id());
            return investigator.analyseEach(it);
        }
    }
}
