package io.tocsin.bench;

import java.nio.charset.StandardCharsets;

/// Alerts of the size products send: title, times, a technique, and two entities.
final class Samples {

    private static final String[] SEVERITIES = {"Informational", "Low", "Medium", "High"};
    private static final String[] CATEGORIES = {"CommandAndControl", "Execution", "LateralMovement", "Malware"};

    private Samples() {}

    static String alert(String source, int number) {
        return "{\"source\":\"" + source + "\",\"sourceRef\":\"" + Integer.toHexString(number * 0x9E3779B1) + "-"
                + number
                + "\",\"title\":\"ET MALWARE beacon to a known controller\",\"description\":\"Periodic TLS of equal length\","
                + "\"severity\":\"" + SEVERITIES[number & 3] + "\",\"category\":\"" + CATEGORIES[(number >> 2) & 3]
                + "\",\"detectorId\":\"2027865\",\"firstEventTime\":\"2026-02-03T09:15:27.1043382Z\","
                + "\"lastEventTime\":\"2026-02-03T09:16:00Z\",\"mitreTechniques\":[\"T1071.001\"],"
                + "\"evidence\":[{\"entityType\":\"Ip\",\"ipAddress\":\"10." + (number >> 16 & 255) + "."
                + (number >> 8 & 255) + "." + (number & 255)
                + "\"},{\"entityType\":\"User\",\"accountName\":\"u" + number % 5_000 + "\",\"domainName\":\"CORP\"}]}";
    }

    static byte[] post(String token, String body) {
        return post(token, "/v1/alerts", body);
    }

    static byte[] post(String token, String path, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        byte[] head = ("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token
                        + "\r\nContent-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] request = new byte[head.length + bytes.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(bytes, 0, request, head.length, bytes.length);
        return request;
    }

    static byte[] get(String token, String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
