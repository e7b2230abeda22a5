package io.tocsin.response.investigation;

import io.quarkus.logging.Log;
import io.tocsin.jobs.Job;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

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
            }
        }
    }

    private void step(InvestigationRepository.Due it) {
        investigator.analyse(it);
        repository.of(it.tenant(), it.id()).stream()
                .filter(remediation -> remediation.status().equals("Approved"))
                .forEach(remediation -> {
                    try {
                        investigator.run(it, remediation);
                    } catch (ProblemException refusal) {
                        investigator.refused(it, remediation, refusal);
                    }
                });
        investigator.settle(it);
    }
}
