package io.tocsin.wire;

import java.util.List;
import java.util.stream.Stream;

/// The two prefixes that serve the same resources: `/api` and `/api/v1.0` (contract 00 §1).
final class ApiPrefix {

    static final String PLAIN = "/api";
    static final String VERSIONED = "/api/v1.0";

    private ApiPrefix() {}

    static String of(List<String> segments) {
        boolean versioned = segments.size() > 1
                && segments.getFirst().equalsIgnoreCase("api")
                && segments.get(1).equalsIgnoreCase("v1.0");
        return versioned ? VERSIONED : PLAIN;
    }

    static List<String> withoutVersion(List<String> segments) {
        return Stream.concat(Stream.of(segments.getFirst()), segments.stream().skip(2))
                .toList();
    }
}
