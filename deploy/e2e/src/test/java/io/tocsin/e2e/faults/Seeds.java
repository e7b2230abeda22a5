package io.tocsin.e2e.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// What a seed does to the platform: which faults, in which order, how long, and how long it waits in between. The same
/// seed is the same list; what the machine's own timing makes of it is not.
final class Seeds {

    private Seeds() {}

    /// @param kind what goes wrong
    /// @param part which replica or link, counted through; the platform takes the remainder
    /// @param millis how long it lasts
    /// @param pause milliseconds before the next one begins, whether this one is over or not
    record Step(Kind kind, int part, int millis, int pause) {

        @Override
        public String toString() {
            return kind + "(" + part + ", " + millis + " ms) then " + pause + " ms";
        }
    }

    /// Kinds of faults.
    enum Kind {
        KillService,
        FreezeService,
        KillDatabase,
        FreezeDatabase,
        CutLink,
        DelayLink,
        StallLink,
        SlowQueries,
        NoConnections,
        FullDisk
    }

    static List<Step> steps(long seed, int count, List<Kind> kinds) {
        var random = new Random(seed);
        var steps = new ArrayList<Step>();
        for (int i = 0; i < count; i++) {
            Kind kind = kinds.get(random.nextInt(kinds.size()));
            steps.add(new Step(kind, random.nextInt(1_000), 300 + random.nextInt(3_700), random.nextInt(2_500)));
        }
        return List.copyOf(steps);
    }
}
