package io.tocsin.indicator.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.logging.Log;
import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.identity.Permission;
import io.tocsin.indicator.registry.IndicatorStore;
import io.tocsin.indicator.registry.ListImport;
import io.tocsin.indicator.source.SourceRepository.Claim;
import io.tocsin.indicator.source.SourceRepository.Ending;
import io.tocsin.indicator.source.SourceRepository.Seen;
import io.tocsin.indicator.taxii.StixReader;
import io.tocsin.secret.Secrets;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Fetches one list and takes it in, in the name of its source, which can change nobody else's indicators.
@ApplicationScoped
class SourcePull {

    static final String PURPOSE = "indicator-source";

    private static final String TAXII = "application/taxii+json;version=2.1";
    private static final int PAGE = 1_000;
    private static final int MOST_PAGES = 10_000;
    private static final int LONGEST_ERROR = 500;

    private final SourceRepository sources;
    private final SourceFetch fetch;
    private final SourceConfig config;
    private final ListImport imports;
    private final IndicatorStore store;
    private final StixReader stix;
    private final Secrets secrets;
    private final ObjectMapper json;

    SourcePull(
            SourceRepository sources,
            SourceFetch fetch,
            SourceConfig config,
            ListImport imports,
            IndicatorStore store,
            StixReader stix,
            Secrets secrets,
            ObjectMapper json) {
        this.sources = sources;
        this.fetch = fetch;
        this.config = config;
        this.imports = imports;
        this.store = store;
        this.stix = stix;
        this.secrets = secrets;
        this.json = json;
    }

    enum Outcome {
        WELL,
        FAILED,
        LEFT
    }

    /// How it ended is kept in the run. What ends because the service stops is left to another replica: what was stored
    /// of
    /// the list is there then, and is passed over.
    Outcome run(Claim claim) {
        Source source = sources.find(claim.tenant(), claim.source()).orElse(null);
        if (source == null) {
            return Outcome.WELL; // its runs are gone with it
        }
        Ending ending = ending(claim, source);
        if (ending.error() != null && fetch.isStopping()) {
            sources.release(claim);
            Log.infof("A list is left to another replica: source=%s", source.name());
            return Outcome.LEFT;
        }
        sources.end(claim, source, ending);
        if (ending.error() != null) {
            Log.infof("A list was not taken in: source=%s reason=%s", source.name(), ending.error());
            return Outcome.FAILED;
        }
        return Outcome.WELL;
    }

    /// Whether another may be begun.
    boolean goesOn() {
        return !fetch.isStopping();
    }

    private Ending ending(Claim claim, Source source) {
        long until = System.nanoTime() + config.longest().toNanos();
        try {
            return source.kind() == Source.Kind.Taxii ? collection(claim, source, until) : list(claim, source, until);
        } catch (ProblemException failed) {
            return failed(null, (failed.getCause() instanceof IOException broken ? broken : failed).getMessage());
        } catch (IOException failed) {
            return failed(null, failed.getMessage());
        } catch (RuntimeException fault) {
            Log.warnf(fault, "A list could not be taken in: source=%s reason=%s", source.name(), fault.getMessage());
            return failed(null, "internal error");
        }
    }

    private static Ending failed(Integer status, String why) {
        String text = why == null ? "internal error" : why;
        return new Ending("Failed", status, null, text.substring(0, Math.min(text.length(), LONGEST_ERROR)), null);
    }

    private Ending list(Claim claim, Source source, long until) throws IOException {
        WireTime now = WireTime.now();
        Map<String, String> headers = new HashMap<>(Map.of("Accept", "*/*"));
        if (!claim.dryRun() && mayBeUnchanged(source, now)) {
            put(headers, "If-None-Match", source.etag());
            put(headers, "If-Modified-Since", source.lastModified());
        }
        try (var answer = fetch.get(source.url(), headers, login(source), until)) {
            if (answer.status() == 304) {
                return new Ending("Unchanged", 304, null, null, null);
            }
            if (answer.status() != 200) {
                return failed(answer.status(), "the server answered " + answer.status());
            }
            var seen = new Objects();
            ListImport.Report report = take(claim, source, entries(source, answer, seen), now);
            if (!claim.dryRun()) {
                remove(source, seen.gone);
            }
            return new Ending(
                    "Stored",
                    200,
                    report,
                    null,
                    seen.toCome // then it is read again, changed or not
                            ? new Seen(null, null, null, now)
                            : new Seen(answer.header("etag"), answer.header("last-modified"), null, now));
        }
    }

    /// Entries that end must be told again before they do, also when nothing has changed.
    private static boolean mayBeUnchanged(Source source, WireTime now) {
        return source.expires() == null
                || source.full() != null
                        && now.ticks() - source.full().ticks() < source.expires() * WireTime.TICKS_PER_SECOND / 4;
    }

    private static void put(Map<String, String> headers, String name, String value) {
        if (value != null) {
            headers.put(name, value);
        }
    }

    /// What of objects of STIX is more than an entry.
    private final class Objects {

        /// Ids of those that take back what they said.
        private final List<String> gone = new ArrayList<>();

        private boolean toCome;

        List<ListImport.Entry> read(JsonNode object) {
            if (stix.isGone(object)) {
                gone.add(object.path("id").asText());
            }
            toCome |= stix.isToCome(object);
            return stix.read(object);
        }
    }

    private ListImport.Entries entries(Source source, SourceFetch.Answer answer, Objects seen) throws IOException {
        return switch (source.kind()) {
            case Lines -> new ListLines(answer.body());
            case Csv -> imports.table(answer.body(), source.columns());
            case Misp -> new JsonEntries(json, answer.body(), "Attribute", MispAttribute::read);
            case Stix, Taxii -> new JsonEntries(json, answer.body(), "objects", seen::read);
        };
    }

    private ListImport.Report take(Claim claim, Source source, ListImport.Entries entries, WireTime now)
            throws IOException {
        return imports.take(
                caller(source),
                new Audit.Origin(source.owner(), null, null),
                new ListImport.Defaults(
                        source.name(),
                        source.type(),
                        source.action(),
                        source.title() == null ? source.name() : source.title(),
                        source.description() == null ? "Of the list " + source.name() : source.description(),
                        source.severity(),
                        ends(source, now),
                        source.generateAlert(),
                        source.trust() == Source.Trust.Audit),
                claim.dryRun(),
                entries);
    }

    /// In steps of a quarter of its time, so that a list that is fetched every hour does not change every entry every
    /// hour.
    private static WireTime ends(Source source, WireTime now) {
        if (source.expires() == null) {
            return null;
        }
        long step = source.expires() * WireTime.TICKS_PER_SECOND / 4;
        return new WireTime(Math.ceilDiv(now.ticks() + 4 * step, step) * step);
    }

    private static Caller caller(Source source) {
        return new Caller(
                source.tenant(), source.owner(), source.owner(), false, Set.of(Permission.TI_READ_WRITE), Set.of());
    }

    private Map<String, String> login(Source source) {
        if (source.login() == Source.Login.None || source.loginSecret() == null) {
            return Map.of();
        }
        String secret = new String(
                secrets.open(source.tenant(), PURPOSE, Long.toString(source.id()), source.loginSecret()),
                StandardCharsets.UTF_8);
        return switch (source.login()) {
            case None -> Map.of();
            case Bearer -> Map.of("Authorization", "Bearer " + secret);
            case Basic ->
                Map.of(
                        "Authorization",
                        "Basic "
                                + Base64.getEncoder()
                                        .encodeToString(
                                                (source.loginName() + ":" + secret).getBytes(StandardCharsets.UTF_8)));
            case Header -> Map.of(source.loginName(), secret);
        };
    }

    /// Page by page, from where the last run ended.
    private Ending collection(Claim claim, Source source, long until) throws IOException {
        WireTime now = WireTime.now();
        boolean goesOn = !claim.dryRun() && source.addedAfter() != null && mayBeUnchanged(source, now);
        var pages = new Pages(source, goesOn ? source.addedAfter() : null, until);
        ListImport.Report report = take(claim, source, pages, now);
        if (!claim.dryRun()) {
            remove(source, pages.seen.gone);
        }
        boolean stays = pages.last == null || pages.seen.toCome; // what has still to come is asked for again
        return new Ending(
                report.read() == 0 && pages.seen.gone.isEmpty() ? "Unchanged" : "Stored",
                200,
                report,
                null,
                new Seen(null, null, stays ? source.addedAfter() : pages.last, goesOn ? null : now));
    }

    private void remove(Source source, List<String> revoked) {
        for (int from = 0; from < revoked.size(); from += PAGE) {
            remove(
                    source,
                    sources.made(
                            source.tenant(),
                            source.owner(),
                            revoked.subList(from, Math.min(revoked.size(), from + PAGE))),
                    caller(source));
        }
    }

    private void remove(Source source, List<Long> ids, Caller caller) {
        if (!ids.isEmpty()) {
            removeTogether(caller, ids);
            Log.debugf("Objects were revoked: source=%s indicators=%d", source.name(), ids.size());
        }
    }

    @Transactional
    void removeTogether(Caller caller, List<Long> ids) {
        store.remove(caller, ids);
    }

    /// The pages of a collection as one list.
    private final class Pages implements ListImport.Entries {

        private final Source source;
        private final long until;
        private final Objects seen = new Objects();
        private final Deque<ListImport.Entry> read = new ArrayDeque<>();
        private String addedAfter;
        private String next;
        private String last;
        private int page;
        private boolean more = true;

        private Pages(Source source, String addedAfter, long until) {
            this.source = source;
            this.addedAfter = addedAfter;
            this.until = until;
        }

        @Override
        public ListImport.Entry next() throws IOException {
            while (read.isEmpty() && more) {
                fetchPage();
            }
            return read.poll();
        }

        private void fetchPage() throws IOException {
            if (page++ == MOST_PAGES) {
                throw new IOException("the collection has too many pages");
            }
            String base = source.url().endsWith("/") ? source.url() : source.url() + "/";
            String query = "?limit=" + PAGE
                    + (next != null ? "&next=" + encoded(next) : "")
                    + (addedAfter != null ? "&added_after=" + encoded(addedAfter) : "");
            try (var answer = fetch.get(base + "objects/" + query, Map.of("Accept", TAXII), login(source), until)) {
                if (answer.status() != 200) {
                    throw new IOException("the server answered " + answer.status());
                }
                JsonNode envelope = json.readTree(answer.body());
                for (JsonNode object : envelope.path("objects")) {
                    read.addAll(seen.read(object));
                }
                if (answer.header("x-taxii-date-added-last") != null) {
                    last = answer.header("x-taxii-date-added-last");
                }
                next = envelope.path("next").asText(null);
                more = envelope.path("more").asBoolean() && (next != null || goesOnBehind());
            } catch (JsonProcessingException wrong) {
                throw new IOException("the server's answer is no JSON", wrong);
            }
        }

        /// Of a server that says there is more but not where: behind the last that was told, as the standard has it.
        private boolean goesOnBehind() {
            boolean further = last != null && !last.equals(addedAfter);
            addedAfter = further ? last : addedAfter;
            return further;
        }

        private static String encoded(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8);
        }
    }
}
