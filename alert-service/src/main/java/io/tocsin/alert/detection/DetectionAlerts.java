package io.tocsin.alert.detection;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.runtime.Startup;
import io.tocsin.alert.ingest.AlertIntake;
import io.tocsin.alert.ingest.KnownMachines;
import io.tocsin.alert.ingest.NewAlert;
import io.tocsin.alert.process.ProcessNode;
import io.tocsin.alert.process.ProcessRef;
import io.tocsin.alert.sigma.SigmaRule;
import io.tocsin.alert.triage.Evidence;
import io.tocsin.alert.triage.EvidenceRepository;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Makes alerts of hits: one for a rule, machine and process tree, brought up to date while it is open, and no more of
/// a
/// rule in an hour than it may.
@ApplicationScoped
@Startup // its meters are there before the first hit is
class DetectionAlerts {

    static final String SOURCE = "TocsinDetection";
    private static final String ACTOR = "alert-service";

    /// How long an alert that was just told of more is left alone.
    private static final long QUIET_TICKS = 10 * WireTime.TICKS_PER_SECOND;

    private final DetectionConfig config;
    private final Hits hits;
    private final AlertIntake intake;
    private final KnownMachines machines;
    private final Counter raised;
    private final Counter suppressed;

    DetectionAlerts(
            DetectionConfig config, Hits hits, AlertIntake intake, KnownMachines machines, MeterRegistry registry) {
        this.config = config;
        this.hits = hits;
        this.intake = intake;
        this.machines = machines;
        this.raised = Counter.builder("tocsin.detection.alerts")
                .description("Alerts raised by rules over telemetry")
                .register(registry);
        this.suppressed = Counter.builder("tocsin.detection.suppressed")
                .description("Hits that raised no alert because their rule had raised too many in the hour")
                .register(registry);
    }

    /// Called in the transaction that moves past the events.
    ///
    /// @param lines of the processes' ancestors as far as they are known
    void raise(List<Hit> found, Map<ProcessRef, ProcessNode> lines) {
        groups(found, lines).forEach(this::raise);
    }

    /// In one order, so that two shards that count alerts of the same rules cannot block each other for good.
    private static Collection<HitGroup> groups(List<Hit> found, Map<ProcessRef, ProcessNode> known) {
        var groups = new TreeMap<String, HitGroup>();
        for (Hit hit : found) {
            EventRow row = hit.event().row();
            String subject = HitSubject.of(hit.event(), known);
            groups.computeIfAbsent(
                            hit.rule().id() + " " + row.tenant() + " " + row.machineId() + " " + subject,
                            key -> new HitGroup(hit.rule(), row.tenant(), row.machineId(), subject))
                    .events()
                    .add(hit.event());
        }
        return groups.values();
    }

    private void raise(HitGroup group) {
        WireTime now = WireTime.now();
        Optional<Hits.Open> open = hits.open(SOURCE, group).filter(alert -> isNear(alert, group));
        if (open.isPresent()) {
            tell(group, open.get(), now);
            return;
        }
        Share share = share(group, now);
        if (share == Share.NONE) {
            hits.suppress(group.tenant(), group.rule().id(), now, group.events().size());
            suppressed.increment(group.events().size());
            return;
        }
        String reference = group.rule().id() + "/" + group.machineId() + "/" + now.ticks() + "/"
                + Integer.toHexString(group.subject().hashCode());
        intake.store(group.tenant(), ACTOR, alert(group, reference, share));
        hits.store(group, reference, now.ticks());
        raised.increment();
    }

    private enum Share {
        NONE,
        ONE,
        LAST_OF_MACHINE
    }

    /// A noisy machine keeps no other from being heard: it has a share of its own, and its first alert of the hour is
    /// raised however many others were.
    private Share share(HitGroup group, WireTime now) {
        Optional<Integer> ofMachine =
                hits.raise(group.tenant(), group.rule().id(), group.machineId(), now, config.alertsPerMachine());
        if (ofMachine.isEmpty()) {
            return Share.NONE;
        }
        Optional<Integer> ofTenant = hits.raise(group.tenant(), group.rule().id(), now, config.alertsPerHour());
        if (ofTenant.isEmpty() && ofMachine.get() > 1) {
            return Share.NONE;
        }
        if (ofTenant.isPresent() && ofTenant.get() == config.alertsPerHour()) {
            Log.warnf(
                    "A rule has raised its alerts of this hour, each machine raises one more at most: tenant=%s rule=%s",
                    group.tenant(), group.rule().id());
        }
        return ofMachine.get() == config.alertsPerMachine() ? Share.LAST_OF_MACHINE : Share.ONE;
    }

    private boolean isNear(Hits.Open alert, HitGroup group) {
        long window = config.window().toSeconds() * WireTime.TICKS_PER_SECOND;
        return group.first().ticks() - alert.lastTicks() <= window
                && alert.firstTicks() - group.last().ticks() <= window;
    }

    private void tell(HitGroup group, Hits.Open alert, WireTime now) {
        boolean quiet = now.ticks() - alert.toldTicks() < QUIET_TICKS;
        boolean within =
                group.first().ticks() >= alert.firstTicks() && group.last().ticks() <= alert.lastTicks();
        if (quiet && within) {
            hits.store(group, alert.sourceRef(), alert.toldTicks());
            return;
        }
        intake.merge(group.tenant(), ACTOR, alert(group, alert.sourceRef(), Share.ONE));
        hits.store(group, alert.sourceRef(), now.ticks());
    }

    private NewAlert alert(HitGroup group, String reference, Share share) {
        SigmaRule rule = group.rule().rule();
        List<Evidence> evidence = group.events().stream()
                .flatMap(event -> HitEvidence.of(event).stream())
                .distinct()
                .limit(EvidenceRepository.MOST)
                .toList();
        String description = share == Share.LAST_OF_MACHINE
                ? rule.description() + "\n\nThe rule has raised " + config.alertsPerMachine()
                        + " alerts on this machine within the hour; until the next one its further hits here are only counted."
                : rule.description();
        return new NewAlert(
                SOURCE,
                reference,
                group.rule().severity(),
                group.rule().builtIn() ? "WindowsDefenderAtp" : "CustomDetection",
                group.rule().id(),
                Attack.category(rule.tags()),
                null,
                null,
                rule.title(),
                description,
                harmless(rule),
                group.first(),
                group.last(),
                machines.seen(
                        group.tenant(),
                        group.machineId(),
                        group.events().getFirst().row().get("device_name")),
                Attack.techniques(rule.tags()),
                evidence);
    }

    private static String harmless(SigmaRule rule) {
        return rule.falsePositives().isEmpty()
                ? null
                : "Known to be harmless when: " + String.join("; ", rule.falsePositives());
    }
}
