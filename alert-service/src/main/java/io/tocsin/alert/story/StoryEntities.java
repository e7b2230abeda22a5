package io.tocsin.alert.story;

import io.tocsin.alert.client.indicator.MatchAnswer.Verdict;
import io.tocsin.alert.client.indicator.MatchRequest.Name;
import io.tocsin.alert.client.indicator.MatchRequest.Observable;
import io.tocsin.alert.correlation.LinkKey;
import io.tocsin.alert.correlation.LinkKeys;
import io.tocsin.alert.incident.AlertEvidence;
import io.tocsin.alert.matching.Plausible;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The things the alerts of a story speak of, each once: at most 200, those of most alerts first.
final class StoryEntities {

    private static final int MOST = 200;

    private final List<Thing> things;

    /// @param name what a file is called
    private record Thing(String type, String value, String name, AlertEvidence evidence, Set<String> alertIds) {

        List<LinkKey> keys() {
            return LinkKeys.of(List.of(evidence)).stream().toList();
        }

        Optional<Observable> observable() {
            String lower = value.toLowerCase(Locale.ROOT);
            return switch (type) {
                case "Ip" -> Optional.of(new Observable("IpAddress", value)).filter(it -> Plausible.address(value));
                case "Url" ->
                    Plausible.host(value)
                            ? Optional.of(new Observable("DomainName", lower))
                            : Optional.of(new Observable("Url", value)).filter(it -> Plausible.url(value));
                case "File" -> file(lower, evidence.sha1());
                default -> Optional.empty();
            };
        }

        /// With its other hash, where that is known: an indicator may speak of either.
        private static Optional<Observable> file(String hash, String sha1) {
            if (!Plausible.hash(hash, 64)) {
                return Optional.of(new Observable("FileSha1", hash)).filter(it -> Plausible.hash(hash, 40));
            }
            String other = sha1 == null ? "" : sha1.toLowerCase(Locale.ROOT);
            return Optional.of(new Observable(
                    "FileSha256", hash, null, Plausible.hash(other, 40) ? List.of(new Name("FileSha1", other)) : null));
        }
    }

    private StoryEntities(List<Thing> things) {
        this.things = things;
    }

    /// @param alerts in their order
    static StoryEntities of(List<String> alerts, Map<String, List<AlertEvidence>> evidence) {
        var found = new LinkedHashMap<String, Thing>();
        alerts.stream()
                .flatMap(alert -> evidence.getOrDefault(alert, List.of()).stream())
                .forEach(entity -> {
                    String type = entity.entityType();
                    String value = value(entity);
                    if (value != null) {
                        String shown = type.equals("Process") ? "File" : type;
                        found.computeIfAbsent(
                                        shown + " " + value.toLowerCase(Locale.ROOT),
                                        key -> new Thing(
                                                shown, value, entity.fileName(), entity, new LinkedHashSet<>()))
                                .alertIds()
                                .add(entity.alertId());
                    }
                });
        return new StoryEntities(found.values().stream()
                .sorted((one, other) ->
                        Integer.compare(other.alertIds().size(), one.alertIds().size()))
                .limit(MOST)
                .toList());
    }

    private static String value(AlertEvidence entity) {
        return switch (entity.entityType()) {
            case "Ip" -> entity.ipAddress();
            case "Url" -> entity.url();
            case "File", "Process" ->
                entity.sha256() != null
                        ? entity.sha256()
                        : entity.sha1() != null
                                ? entity.sha1()
                                : entity.entityType().equals("File") ? entity.fileName() : null;
            case "User" -> account(entity);
            case "Registry" ->
                entity.registryKey() == null
                        ? null
                        : entity.registryHive() == null
                                ? entity.registryKey()
                                : entity.registryHive() + "\\" + entity.registryKey();
            default -> null;
        };
    }

    static String account(AlertEvidence entity) {
        if (entity.accountName() == null) {
            return entity.userPrincipalName() == null ? entity.userSid() : entity.userPrincipalName();
        }
        return entity.domainName() == null ? entity.accountName() : entity.domainName() + "\\" + entity.accountName();
    }

    Set<LinkKey> keys() {
        var keys = new LinkedHashSet<LinkKey>();
        things.forEach(thing -> keys.addAll(thing.keys()));
        return keys;
    }

    Set<Observable> observables() {
        var values = new LinkedHashSet<Observable>();
        things.forEach(thing -> thing.observable().ifPresent(values::add));
        return values;
    }

    /// @param machines by `kind value`
    /// @param verdicts null when nobody could be asked
    List<IncidentStory.Entity> views(Map<String, Integer> machines, Map<Observable, Verdict> verdicts) {
        var views = new ArrayList<IncidentStory.Entity>();
        for (Thing thing : things) {
            Integer prevalence = thing.keys().stream()
                    .map(key -> machines.get(key.rule().name() + " " + key.value()))
                    .filter(count -> count != null)
                    .max(Integer::compare)
                    .orElse(null);
            Verdict verdict = verdicts == null
                    ? null
                    : thing.observable().map(verdicts::get).orElse(null);
            boolean isMatch = verdict != null && verdict.matched() && verdict.indicator() != null;
            views.add(new IncidentStory.Entity(
                    thing.type(),
                    thing.value(),
                    thing.type().equals("File") ? thing.name() : null,
                    prevalence,
                    thing.observable().isEmpty()
                            ? null
                            : verdict == null ? "Unknown" : isMatch ? verdict.action() : "None",
                    isMatch ? verdict.indicator().id() : null,
                    isMatch ? verdict.indicator().title() : null,
                    List.copyOf(thing.alertIds())));
        }
        return views;
    }
}
