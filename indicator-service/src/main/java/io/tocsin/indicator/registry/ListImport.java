package io.tocsin.indicator.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/// Takes in lists other features have fetched, as `POST /v1/indicators/import` takes in what is sent.
@ApplicationScoped
public class ListImport {

    private static final int MOST_TOLD = 100;

    private final ImportChunk chunks;
    private final RegistryConfig config;
    private final WarningRepository warnings;

    ListImport(ImportChunk chunks, RegistryConfig config, WarningRepository warnings) {
        this.chunks = chunks;
        this.config = config;
        this.warnings = warnings;
    }

    /// Entries of a list.
    @FunctionalInterface
    public interface Entries {

        /// The next one, or null after the last.
        Entry next() throws IOException;
    }

    /// @param request null when it could not be read
    /// @param problem why not, else null
    public record Entry(SubmitIndicatorRequest request, String problem) {

        public static Entry of(SubmitIndicatorRequest request) {
            return new Entry(request, null);
        }

        public static Entry refused(String why) {
            return new Entry(null, why);
        }
    }

    /// What an entry gets that does not say it itself; null: nothing.
    ///
    /// @param onlyAudit whatever an entry would do becomes an audit
    public record Defaults(
            String application,
            String type,
            String action,
            String title,
            String description,
            String severity,
            WireTime until,
            Boolean generateAlert,
            boolean onlyAudit) {}

    /// What became of a list.
    public record Report(long read, long created, long updated, long unchanged, long refused, List<Refusal> refusals) {}

    /// One entry that was refused.
    @RegisterForReflection
    public record Refusal(long entry, String value, String code, String message) {}

    /// A table with a header, or with these columns.
    ///
    /// @param columns empty: the first record names them; others that name no property are passed over
    /// @throws ProblemException when nothing in it is a value
    public Entries table(InputStream body, List<String> columns) throws IOException {
        var records = new ImportRecords(body, columns);
        return () -> {
            ImportSource.Item item = records.next();
            return item == null
                    ? null
                    : new Entry(
                            item.request(),
                            item.problem() == null ? null : item.problem().getMessage());
        };
    }

    /// Stores what can be stored, chunk by chunk; what is there just so is left alone.
    ///
    /// @throws ProblemException when the list breaks off or nothing can be stored; what came before is stored
    public Report take(Caller caller, Audit.Origin origin, Defaults defaults, boolean dryRun, Entries entries)
            throws IOException {
        var refusals = new ArrayList<Refusal>();
        var plan = new ImportRun.Plan(
                new IndicatorBatch.Order(caller, origin, true),
                null,
                0,
                dryRun,
                new ImportDefaults(
                        defaults.application(),
                        defaults.type(),
                        defaults.action(),
                        defaults.title(),
                        defaults.description(),
                        defaults.severity(),
                        null,
                        defaults.until(),
                        defaults.generateAlert(),
                        defaults.onlyAudit()),
                warnings.warnings(caller.tenant()),
                false,
                CheckedIndicator.Form.OWN,
                config.chunk());
        var run = new ImportRun(
                plan,
                chunks,
                lines -> lines.stream()
                        .filter(line -> line.error() != null)
                        .limit(MOST_TOLD - refusals.size())
                        .map(line -> new Refusal(
                                line.line(),
                                shortened(line.indicatorValue()),
                                line.error().code(),
                                line.error().message()))
                        .forEach(refusals::add));
        var number = new long[1];
        run.take(() -> {
            Entry entry = entries.next();
            if (entry == null) {
                return null;
            }
            number[0]++;
            return new ImportSource.Item(
                    number[0],
                    entry.request(),
                    entry.problem() == null
                            ? null
                            : new ProblemException(CommonProblem.INVALID_REQUEST_BODY, entry.problem()));
        });
        ImportCounts counts = run.counts();
        return new Report(
                number[0], counts.created, counts.updated, counts.unchanged, counts.refused, List.copyOf(refusals));
    }

    private static String shortened(String value) {
        return value == null || value.length() <= 200 ? value : value.substring(0, 200);
    }
}
