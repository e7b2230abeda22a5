package io.tocsin.response.investigation;

import io.quarkus.logging.Log;
import io.tocsin.jobs.Job;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Takes open investigations on, some at a time; one that fails does not hold up the others, and is tried again.
@ApplicationScoped
class InvestigationJob implements Job {

    private static final int BATCH = 50;

    private final InvestigationService investigations;
    private final RemediationRepository repository;
    private final Investigator investigator;
    private final InvestigationConfig config;

    InvestigationJob(
            InvestigationService investigations,
            RemediationRepository repository,
            Investigator investigator,
            InvestigationConfig config) {
        this.investigations = investigations;
        this.repository = repository;
        this.investigator = investigator;
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
        Optional<Integer> alerts = analyse(it);
        if (alerts.isEmpty()) {
            return;
        }
        repository.of(it.tenant(), it.id()).stream()
                .filter(remediation -> remediation.status().equals("Approved"))
                .forEach(remediation -> {
                    try {
                        investigator.run(it, remediation);
                    } catch (ProblemException refusal) {
                        investigator.refused(it, remediation, refusal);
                    }
                });
        investigator.settle(it, alerts.get());
    }

    private Optional<Integer> analyse(InvestigationRepository.Due it) {
        try {
            return investigator.analyse(it);
        } catch (RuntimeException failed) {
            Log.warnf(failed, "Entities of an investigation are examined one by one: id=%d", it.id());
            return investigator.analyseEach(it);
        }
    }
}
