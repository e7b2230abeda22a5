package io.tocsin.alert.entity;

import io.tocsin.alert.story.EvidenceProcesses;
import io.tocsin.wire.FileHash;
import io.tocsin.wire.HostName;
import io.tocsin.wire.IpLiteral;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/// What a batch of events says, each entity of each machine once.
final class SightingBatch {

    static final long TICKS_PER_DAY = 24 * Sighting.TICKS_PER_HOUR;

    /// Connections somebody else opened, and none at all.
    private static final Set<String> NOT_OPENED =
            Set.of("InboundConnectionAccepted", "InboundConnectionAttempt", "ListeningConnectionCreated");

    /// Labels of an address: that the machine opened a connection to it, and that it was told of otherwise, as where a
    /// logon came from. Correlation counts the machines of both, the statistics of addresses those of the first.
    private static final String OPENED = "opened";

    static final String CAME = "came";

    private static final int LONGEST_LABEL = 255;
    private static final int LONGEST_ACCOUNT = 128;

    /// @param hash as `entity_sighting.value`
    record FileKey(UUID tenant, String hash) implements Comparable<FileKey> {

        @Override
        public int compareTo(FileKey other) {
            return Comparator.comparing(FileKey::tenant)
                    .thenComparing(FileKey::hash)
                    .compare(this, other);
        }
    }

    /// @param fact what is known of it
    /// @param day the last it was seen on
    record File(FileFact fact, long day) {

        File and(File other) {
            return new File(fact.and(other.fact), Math.max(day, other.day));
        }
    }

    /// @param domain empty when there is none
    record Account(UUID tenant, String name, String domain) implements Comparable<Account> {

        String value() {
            return domain.isEmpty() ? name : domain + "\\" + name;
        }

        @Override
        public int compareTo(Account other) {
            return Comparator.comparing(Account::tenant)
                    .thenComparing(Account::name)
                    .thenComparing(Account::domain)
                    .compare(this, other);
        }
    }

    /// @param sid null when nobody said it
    record Seen(String sid, long day) {

        Seen and(Seen other) {
            String least = sid == null || other.sid != null && other.sid.compareTo(sid) < 0 ? other.sid : sid;
            return new Seen(least, Math.max(day, other.day));
        }
    }

    private final Map<Sighting.Key, Sighting> sightings = new TreeMap<>();
    private final Map<FileKey, File> files = new TreeMap<>();
    private final Map<Account, Seen> accounts = new TreeMap<>();

    static SightingBatch of(Collection<SightedEvent> events) {
        var batch = new SightingBatch();
        events.forEach(batch::add);
        return batch;
    }

    /// In one order, so that two writers cannot block each other for good.
    Map<Sighting.Key, Sighting> sightings() {
        return sightings;
    }

    Map<FileKey, File> files() {
        return files;
    }

    Map<Account, Seen> accounts() {
        return accounts;
    }

    private void add(SightedEvent event) {
        file(event, ownFile(event), event.fileName());
        file(event, initiatingFile(event), event.initiatingFileName());
        account(event);
        if (!NOT_OPENED.contains(event.action())) {
            address(event);
        }
        host(event);
    }

    private void file(SightedEvent event, FileFact fact, String name) {
        String key = fact.key();
        if (key == null) {
            return;
        }
        see(event, EntityKind.File, key).label(shortened(name));
        files.merge(new FileKey(event.tenant(), key), new File(fact, event.ticks() / TICKS_PER_DAY), File::and);
    }

    private static FileFact ownFile(SightedEvent event) {
        Map<String, String> besides = event.besides();
        String signature = besides.get("SignatureStatus");
        String trusted = besides.get("IsTrusted");
        boolean ran =
                event.table().equals("DeviceProcessEvents") || event.table().equals("DeviceImageLoadEvents");
        return new FileFact(
                hash(event.sha1(), FileHash.Algorithm.SHA1),
                hash(event.sha256(), FileHash.Algorithm.SHA256),
                hash(event.md5(), FileHash.Algorithm.MD5),
                size(besides.get("FileSize")),
                ran && isWindows(event.folder()),
                shortened(besides.get("ProcessVersionInfoCompanyName")),
                shortened(besides.get("ProcessVersionInfoProductName")),
                shortened(besides.getOrDefault("Signer", besides.get("Signature"))),
                shortened(besides.get("Issuer")),
                shortened(besides.get("SignerHash")),
                trusted != null
                        ? Boolean.valueOf(trusted.equals("1") || trusted.equalsIgnoreCase("true"))
                        : signature == null ? null : Boolean.valueOf(signature.equalsIgnoreCase("Valid")));
    }

    private static FileFact initiatingFile(SightedEvent event) {
        FileFact hashes = FileFact.ofHashes(
                hash(event.initiatingSha1(), FileHash.Algorithm.SHA1),
                hash(event.initiatingSha256(), FileHash.Algorithm.SHA256),
                null);
        return isWindows(event.initiatingFolder())
                ? hashes.and(new FileFact(null, null, null, null, true, null, null, null, null, null, null))
                : hashes;
    }

    private void account(SightedEvent event) {
        String name = lower(event.accountName());
        if (name == null) {
            return;
        }
        String domain = lower(event.accountDomain());
        var account = new Account(event.tenant(), name, domain == null ? "" : domain);
        see(event, EntityKind.User, account.value())
                .label(shortened(event.besides().get("LogonType")));
        String sid = event.accountSid();
        accounts.merge(
                account,
                new Seen(sid == null || sid.isBlank() ? null : shortened(sid), event.ticks() / TICKS_PER_DAY),
                Seen::and);
    }

    private void address(SightedEvent event) {
        if (event.remoteIp() != null) {
            boolean opened = event.table().equals("DeviceNetworkEvents");
            IpLiteral.canonical(event.remoteIp())
                    .filter(address -> !isOwn(address))
                    .ifPresent(address -> see(event, EntityKind.Ip, address).label(opened ? OPENED : CAME));
        }
    }

    /// What the machine says to itself is no sighting of anybody.
    private static boolean isOwn(String address) {
        return address.startsWith("127.") || address.equals("::1") || address.equals("0.0.0.0") || address.equals("::");
    }

    private void host(SightedEvent event) {
        String host = EvidenceProcesses.host(event.remoteUrl());
        if (host != null) {
            HostName.canonical(host).ifPresent(name -> see(event, EntityKind.Domain, name));
        }
    }

    private Sighting see(SightedEvent event, EntityKind kind, String value) {
        Sighting sighting = sightings.computeIfAbsent(
                new Sighting.Key(event.tenant(), new EntityKey(kind, value), event.machineId()),
                unseen -> new Sighting());
        sighting.at(event.ticks());
        return sighting;
    }

    private static String hash(String text, FileHash.Algorithm algorithm) {
        return text == null
                ? null
                : FileHash.of(text)
                        .filter(hash -> hash.algorithm() == algorithm)
                        .map(FileHash::hex)
                        .orElse(null);
    }

    private static boolean isWindows(String folder) {
        return folder != null && folder.contains("\\");
    }

    private static Long size(String text) {
        try {
            return text == null || Long.parseLong(text) < 0 ? null : Long.valueOf(text);
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    private static String lower(String text) {
        return text == null || text.isBlank() || text.strip().length() > LONGEST_ACCOUNT
                ? null
                : text.strip().toLowerCase(Locale.ROOT);
    }

    /// Without what separates labels on their way into the database, and never with half a character at its
    /// end.
    private static String shortened(String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        String clean = text.replace(SightingStore.SEPARATOR, ' ');
        if (clean.length() <= LONGEST_LABEL) {
            return clean;
        }
        return clean.substring(
                0, Character.isHighSurrogate(clean.charAt(LONGEST_LABEL - 1)) ? LONGEST_LABEL - 1 : LONGEST_LABEL);
    }
}
