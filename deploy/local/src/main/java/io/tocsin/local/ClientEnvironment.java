package io.tocsin.local;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Writes what a client needs to speak to this platform, as lines a shell can read.
record ClientEnvironment(RunDirectory run, Realm realm, Certificates certificates) {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:-]*");

    /// Every name in the file.
    static final Set<String> NAMES = Set.of(
            "TOCSIN_URL",
            "TOCSIN_URL_TLS",
            "TOCSIN_CA",
            "TOCSIN_TENANT",
            "TOCSIN_CLIENT_ID",
            "TOCSIN_CLIENT_SECRET",
            "TOCSIN_READER_CLIENT_ID",
            "TOCSIN_READER_CLIENT_SECRET",
            "TOCSIN_OTHER_TENANT",
            "TOCSIN_OTHER_CLIENT_ID",
            "TOCSIN_OTHER_CLIENT_SECRET");

    void write(int httpPort, int httpsPort) {
        RunDirectory.writePrivately(run.env(), lines(values(httpPort, httpsPort)));
    }

    Map<String, String> values(int httpPort, int httpsPort) {
        var values = new LinkedHashMap<String, String>();
        values.put("TOCSIN_URL", "http://127.0.0.1:" + httpPort);
        values.put("TOCSIN_URL_TLS", "https://127.0.0.1:" + httpsPort);
        values.put("TOCSIN_CA", certificates.authority().toString());
        values.put("TOCSIN_TENANT", realm.tenant());
        values.put("TOCSIN_CLIENT_ID", Realm.PARTNER);
        values.put("TOCSIN_CLIENT_SECRET", realm.secretOf(Realm.PARTNER));
        values.put("TOCSIN_READER_CLIENT_ID", Realm.READER);
        values.put("TOCSIN_READER_CLIENT_SECRET", realm.secretOf(Realm.READER));
        values.put("TOCSIN_OTHER_TENANT", realm.otherTenant());
        values.put("TOCSIN_OTHER_CLIENT_ID", Realm.OTHER);
        values.put("TOCSIN_OTHER_CLIENT_SECRET", realm.secretOf(Realm.OTHER));
        return values;
    }

    static String lines(Map<String, String> values) {
        return values.entrySet().stream()
                .map(value -> value.getKey() + "=" + quoted(value.getValue()) + "\n")
                .collect(Collectors.joining());
    }

    private static String quoted(String value) {
        return PLAIN.matcher(value).matches() ? value : "'" + value.replace("'", "'\\''") + "'";
    }
}
