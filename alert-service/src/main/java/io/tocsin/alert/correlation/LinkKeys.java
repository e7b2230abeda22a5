package io.tocsin.alert.correlation;

import io.tocsin.alert.incident.AlertEvidence;
import io.tocsin.alert.story.EvidenceProcesses;
import io.tocsin.alert.story.SystemPrograms;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/// Derives the values by which the evidence of an alert can be linked; what nearly everyone has in common
/// is left out.
public final class LinkKeys {

    private static final Set<String> EVERYBODY = Set.of(
            "system",
            "local service",
            "network service",
            "localsystem",
            "anonymous logon",
            "root",
            "administrator",
            "admin",
            "guest",
            "nobody",
            "everyone");

    private static final Set<String> SYSTEM_DOMAINS = Set.of(
            "nt authority", "nt service", "window manager", "font driver host", "nt virtual machine", "iis apppool");

    /// Characters; a row of an index holds 2,704 bytes at most, so what is longer is kept as its hash.
    private static final int LONGEST_VALUE = 500;

    private final Set<LinkKey> keys = new LinkedHashSet<>();

    private LinkKeys() {}

    public static Collection<LinkKey> of(Collection<AlertEvidence> evidence) {
        var keys = new LinkKeys();
        for (AlertEvidence entity : evidence) {
            keys.addFile(entity);
            keys.addAddress(entity.ipAddress());
            keys.addUrl(entity.url());
            keys.addAccount(entity);
        }
        return keys.keys;
    }

    private void add(Rule rule, String value) {
        keys.add(new LinkKey(rule, value.length() <= LONGEST_VALUE ? value : "sha256:" + sha256(value)));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void addFile(AlertEvidence entity) {
        if (SystemPrograms.isCommon(entity.fileName())) {
            return;
        }
        for (String hash : new String[] {entity.sha1(), entity.sha256()}) {
            if (hash != null && !hash.isBlank()) {
                String value = hash.strip().toLowerCase(Locale.ROOT);
                add(Rule.SharedFileHash, value);
            }
        }
    }

    private void addAddress(String text) {
        InetAddress address = literal(text);
        if (address != null && isExternal(address)) {
            add(Rule.SharedIpAddress, address.getHostAddress());
        }
    }

    private void addUrl(String text) {
        String host = EvidenceProcesses.host(text);
        if (host == null) {
            return;
        }
        if (literal(host) != null) {
            addAddress(host);
        } else if (host.contains(".")) {
            add(Rule.SharedDomain, host);
        }
        String rest = text.strip().replaceFirst("^[A-Za-z][A-Za-z0-9+.-]*://", "");
        int path = rest.indexOf('/');
        if (path >= 0 && path < rest.length() - 1) {
            String url = host + rest.substring(path).split("#", 2)[0];
            add(Rule.SharedUrl, url);
        }
    }

    private void addAccount(AlertEvidence entity) {
        String name = lower(entity.accountName());
        String domain = lower(entity.domainName());
        if (name != null && !name.endsWith("$") && !SYSTEM_DOMAINS.contains(String.valueOf(domain))) {
            if (domain != null) {
                add(Rule.SharedAccount, domain + "\\" + name);
            } else if (!EVERYBODY.contains(name)) {
                add(Rule.SharedAccount, name);
            }
        }
        String principal = lower(entity.userPrincipalName());
        if (principal != null) {
            add(Rule.SharedAccount, principal);
        }
    }

    private static String lower(String text) {
        return text == null || text.isBlank() ? null : text.strip().toLowerCase(Locale.ROOT);
    }

    /// The addresses of the evidence that a machine of the tenant may have had.
    static Set<String> internalAddresses(Collection<AlertEvidence> evidence) {
        var addresses = new LinkedHashSet<String>();
        for (AlertEvidence entity : evidence) {
            InetAddress address = literal(entity.ipAddress());
            if (address != null && isOfAMachine(address)) {
                addresses.add(address.getHostAddress());
            }
        }
        return addresses;
    }

    private static boolean isOfAMachine(InetAddress address) {
        return !isExternal(address)
                && !address.isLoopbackAddress()
                && !address.isLinkLocalAddress()
                && !address.isMulticastAddress()
                && !address.isAnyLocalAddress();
    }

    private static InetAddress literal(String text) {
        try {
            return text == null ? null : InetAddress.ofLiteral(text.strip());
        } catch (IllegalArgumentException noAddress) {
            return null;
        }
    }

    private static boolean isExternal(InetAddress address) {
        byte[] bytes = address.getAddress();
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        boolean sharedOrReserved = address instanceof Inet4Address
                ? first == 0 || first == 100 && second >= 64 && second < 128 || first >= 240
                : (first & 0xfe) == 0xfc;
        return !sharedOrReserved
                && !address.isSiteLocalAddress()
                && !address.isLoopbackAddress()
                && !address.isLinkLocalAddress()
                && !address.isMulticastAddress()
                && !address.isAnyLocalAddress();
    }
}
