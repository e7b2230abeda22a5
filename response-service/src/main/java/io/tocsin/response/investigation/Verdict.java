package io.tocsin.response.investigation;

import java.util.ArrayList;
import java.util.List;

/// What is thought of an entity, and why: a pure function of what is known of it (docs/adr/040).
record Verdict(Kind kind, List<String> reasons) {

    enum Kind {
        Malicious,
        Suspicious,
        NoThreatsFound,
        /// An analyser failed at it, each time it was tried.
        NotExamined
    }

    /// What is known of an entity.
    ///
    /// @param indicator the action of the indicator that decides over it on the machine, or null
    /// @param threat the name an alert gives the threat, or null
    /// @param stopped whether an alert says that it was prevented
    /// @param high how many different detections of high severity name it
    /// @param medium how many of medium severity
    /// @param machines how many machines of the tenant have seen it
    /// @param fleet how many machines the tenant has
    /// @param signer who signed it validly, or null
    /// @param ofSystem whether it lies where the operating system does
    /// @param ancestry what started the processes of the file
    record Facts(
            String indicator,
            String threat,
            boolean stopped,
            int high,
            int medium,
            long machines,
            long fleet,
            String signer,
            boolean ofSystem,
            Ancestry ancestry) {

        Facts by(String indicator) {
            return new Facts(indicator, threat, stopped, high, medium, machines, fleet, signer, ofSystem, ancestry);
        }

        Facts with(Ancestry ancestry) {
            return new Facts(indicator, threat, stopped, high, medium, machines, fleet, signer, ofSystem, ancestry);
        }

        boolean isBlocked() {
            return indicator != null && indicator.startsWith("Block");
        }

        boolean isAllowed() {
            return "Allowed".equals(indicator);
        }
    }

    private static final int MALICIOUS = 3;
    private static final int BAD_ANCESTOR = 2;
    private static final int OFFICE_PROGRAM = 2;
    private static final int SCRIPT_HOST = 1;
    private static final int FLEET_THAT_TELLS = 8;

    static Verdict of(Facts facts) {
        if (facts.isAllowed()) {
            return new Verdict(Kind.NoThreatsFound, List.of("An indicator allows it"));
        }
        if (facts.isBlocked()) {
            return new Verdict(Kind.Malicious, List.of("An indicator blocks it: " + facts.indicator()));
        }
        return weighed(facts);
    }

    private static boolean isCommon(Facts facts) {
        return facts.fleet() >= FLEET_THAT_TELLS && facts.machines() * 4 >= facts.fleet();
    }

    private static Verdict weighed(Facts facts) {
        var reasons = new ArrayList<String>();
        boolean excused = facts.ofSystem() || facts.signer() != null || isCommon(facts);
        int points = 2 * facts.high() + facts.medium();
        if (facts.threat() != null) {
            points += MALICIOUS;
            reasons.add("An alert names the threat: " + facts.threat());
        }
        if (facts.stopped()) {
            points += MALICIOUS;
            reasons.add("A sensor prevented it as a threat");
        }
        if (facts.high() > 0) {
            reasons.add(facts.high() + " detections of high severity name it");
        }
        if (facts.medium() > 0) {
            reasons.add(facts.medium() + " detections of medium severity name it");
        }
        Ancestry ancestry = facts.ancestry();
        if (ancestry.bad() != null) {
            points += excused ? 0 : BAD_ANCESTOR;
            reasons.add("A malicious file started it: " + ancestry.bad());
        }
        if (facts.signer() != null) {
            points--;
            reasons.add("It is validly signed by " + facts.signer());
        }
        if (isCommon(facts)) {
            points--;
            reasons.add("It is common: on " + facts.machines() + " of " + facts.fleet() + " machines");
        } else if (facts.fleet() >= FLEET_THAT_TELLS && facts.machines() <= 1 && points > 0) {
            points++;
            reasons.add("It is rare: on no other of " + facts.fleet() + " machines");
        }
        // After the rest: by itself it is never more than suspicious, and what everybody has says nothing by it.
        if (ancestry.office() != null) {
            points += excused ? 0 : OFFICE_PROGRAM;
            reasons.add("An office program started it: " + ancestry.office());
        } else if (ancestry.host() != null) {
            points += excused ? 0 : SCRIPT_HOST;
            reasons.add("A script host, or a tool that runs what it is given, started it: " + ancestry.host());
        }
        if (facts.ofSystem()) {
            reasons.add("It lies in the system's own folders");
        }
        if (excused) {
            points = Math.min(points, MALICIOUS - 1); // a person looks before it is taken away
        }
        if (reasons.isEmpty()) {
            reasons.add("Nothing speaks against it");
        }
        return new Verdict(
                points >= MALICIOUS ? Kind.Malicious : points > 0 ? Kind.Suspicious : Kind.NoThreatsFound, reasons);
    }
}
