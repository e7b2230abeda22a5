package io.tocsin.alert.ingest;

import io.tocsin.alert.triage.Evidence;
import io.tocsin.alert.triage.EvidenceRepository;
import io.tocsin.wire.WireTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/// One alert of a batch, and what the batch says of it, one submission after the other.
final class ToldAlert {

    /// What one submission changes.
    ///
    /// @param before null when nobody had heard of the alert
    /// @param entities those of its evidence that were not there yet
    record Word(
            int position, Submission submission, AlertContent before, AlertContent after, List<Evidence> entities) {}

    private final AlertKey key;
    private final List<Integer> positions = new ArrayList<>(1);
    private final List<Submission> submissions = new ArrayList<>(1);
    private final List<Word> words = new ArrayList<>(1);
    private String id;
    private WireTime at;
    private int held;
    private int length;
    private AlertContent content;

    ToldAlert(AlertKey key) {
        this.key = key;
    }

    void add(int position, Submission submission) {
        positions.add(position);
        submissions.add(submission);
    }

    /// Says it all to an alert that nobody has heard of.
    ToldAlert asNew(String newId, WireTime now) {
        return tell(newId, now, null, List.of());
    }

    /// Says it all to the alert as it is.
    ToldAlert asKnown(String knownId, WireTime now, AlertContent known, List<Evidence> heldEvidence) {
        return tell(knownId, now, known, heldEvidence);
    }

    private ToldAlert tell(String itsId, WireTime now, AlertContent known, List<Evidence> heldEvidence) {
        id = itsId;
        at = now;
        held = heldEvidence.size();
        length = heldEvidence.stream().mapToInt(Evidence::length).sum();
        content = known;
        words.clear();
        var entities = new LinkedHashSet<Evidence>();
        heldEvidence.forEach(entity -> entities.add(entity.entity()));
        for (int i = 0; i < submissions.size(); i++) {
            words.add(word(positions.get(i), submissions.get(i), entities));
        }
        return this;
    }

    private Word word(int position, Submission submission, LinkedHashSet<Evidence> entities) {
        AlertContent before = content;
        AlertContent said = AlertContent.of(submission.alert());
        content = before == null ? said.at(at.ticks()) : before.after(said, submission.again());
        var added = new ArrayList<Evidence>();
        for (Evidence entity : submission.alert().evidence()) {
            if (entities.size() < EvidenceRepository.MOST
                    && length + entity.length() <= EvidenceRepository.LONGEST
                    && entities.add(entity.entity())) {
                length += entity.length();
                added.add(entity.evidenceCreationTime() == null ? entity.at(at) : entity);
            }
        }
        return new Word(position, submission, before, content, added);
    }

    AlertKey key() {
        return key;
    }

    String id() {
        return id;
    }

    EvidenceRepository.AlertId alertId() {
        return new EvidenceRepository.AlertId(key.tenant(), id);
    }

    WireTime at() {
        return at;
    }

    /// After the last word.
    AlertContent content() {
        return content;
    }

    List<Word> words() {
        return words;
    }

    List<Integer> positions() {
        return positions;
    }

    /// The first of them: what never changes is as it said.
    NewAlert alert() {
        return submissions.getFirst().alert();
    }

    /// The id it gets when it is new and its sender knows one.
    Optional<String> givenId() {
        return Optional.ofNullable(submissions.getFirst().id());
    }

    boolean hasEvidence() {
        return submissions.stream().anyMatch(it -> !it.alert().evidence().isEmpty());
    }

    boolean isChanged() {
        return words.stream()
                .anyMatch(word -> !word.entities().isEmpty()
                        || word.before() == null
                        || word.after().isOtherThan(word.before()));
    }

    /// Whether other words said than before what the alert says.
    boolean isNoted() {
        return words.stream()
                .anyMatch(word -> !word.after().saidAt().equals(word.before().saidAt()));
    }

    /// The new entities, each behind those that are there.
    List<EvidenceRepository.Placed> placed() {
        var placed = new ArrayList<EvidenceRepository.Placed>();
        for (Word word : words) {
            for (Evidence entity : word.entities()) {
                placed.add(new EvidenceRepository.Placed(alertId(), held + placed.size(), entity));
            }
        }
        return placed;
    }
}
