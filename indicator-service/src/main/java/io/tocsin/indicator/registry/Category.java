package io.tocsin.indicator.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// The category as the number the wire has (edmx-facts, IOACategory), sent as a number or as the category's name.
final class Category {

    private static final int DEFAULT = 1;
    private static final Map<String, Integer> NUMBERS = new TreeMap<>(Map.ofEntries(
            Map.entry("none", 0),
            Map.entry("suspiciousactivity", 1),
            Map.entry("malware", 2),
            Map.entry("credentialtheft", 4),
            Map.entry("exploit", 8),
            Map.entry("webexploit", 16),
            Map.entry("documentexploit", 32),
            Map.entry("privilegeescalation", 64),
            Map.entry("persistence", 128),
            Map.entry("remoteaccesstool", 256),
            Map.entry("commandandcontrol", 512),
            Map.entry("suspiciousnetworktraffic", 1024),
            Map.entry("ransomware", 2048),
            Map.entry("malwaredownload", 4096),
            Map.entry("reconnaissance", 8192),
            Map.entry("webfingerprinting", 16384),
            Map.entry("weaponization", 32768),
            Map.entry("delivery", 65536),
            Map.entry("socialengineering", 131072),
            Map.entry("credentialstealing", 262144),
            Map.entry("unwantedsoftware", 524288),
            Map.entry("installation", 1048576),
            Map.entry("backdoor", 2097152),
            Map.entry("trojan", 4194304),
            Map.entry("pws", 8388608),
            Map.entry("trojandownloader", 16777216),
            Map.entry("lateralmovement", 33554432),
            Map.entry("explorationenumeration", 67108864),
            Map.entry("networkpropagation", 134217728),
            Map.entry("exfiltration", 268435456),
            Map.entry("impact", 300000000),
            Map.entry("initialaccess", 400000000),
            Map.entry("execution", 500000000),
            Map.entry("notapplicable", 536870912),
            Map.entry("collection", 600000000),
            Map.entry("credentialaccess", 700000000),
            Map.entry("defenseevasion", 800000000),
            Map.entry("discovery", 900000000),
            Map.entry("general", 1073741824)));

    private Category() {}

    static int number(JsonNode node) {
        if (node == null || node.isNull()) {
            return DEFAULT;
        }
        String text = node.asText().strip();
        Integer number =
                text.matches("\\d{1,9}|1\\d{9}") ? Integer.valueOf(text) : NUMBERS.get(text.toLowerCase(Locale.ROOT));
        if (number == null || !NUMBERS.containsValue(number)) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "'" + text + "' is not a category");
        }
        return number;
    }
}
