package io.tocsin.indicator.registry;

/// What became of lines, counted. Of one thread.
final class ImportCounts {

    long created;
    long updated;
    long unchanged;
    long refused;

    void count(Outcome outcome) {
        switch (outcome) {
            case Outcome.Refused _ -> refused++;
            case Outcome.Stored stored -> {
                switch (stored.what()) {
                    case CREATED -> created++;
                    case UPDATED -> updated++;
                    case UNCHANGED -> unchanged++;
                }
            }
        }
    }

    void add(ImportCounts other) {
        created += other.created;
        updated += other.updated;
        unchanged += other.unchanged;
        refused += other.refused;
    }
}
