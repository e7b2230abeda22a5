package io.tocsin.indicator.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.admission.Places;
import io.tocsin.audit.Audit;
import io.tocsin.idempotency.Idempotent;
import io.tocsin.identity.Caller;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.indicator.After;
import io.tocsin.indicator.BrokenOff;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.MaxBody;
import io.tocsin.wire.OpenStreams;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.RetryLaterException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Lists of indicators in and out, of any length: `/v1/indicators/import`, `/v1/indicators/export` (docs/api.md).
@Path("/v1/indicators")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
public class TransferResource {

    private static final String LINES = "application/x-ndjson";
    private static final String CSV = "text/csv";
    private static final long LONGEST_STREAM = Long.MAX_VALUE;
    private static final int MOST_ERRORS = 100;
    private static final int PAGE = 1_000;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    private final ImportChunk chunks;
    private final ImportProgress progress;
    private final IndicatorCatalogue catalogue;
    private final Audit audit;
    private final CurrentCaller caller;
    private final RoutingContext request;
    private final ObjectMapper json;
    private final RegistryConfig config;
    private final WarningRepository warnings;
    private final OpenStreams open;
    private final Places places;

    TransferResource(
            ImportChunk chunks,
            ImportProgress progress,
            IndicatorCatalogue catalogue,
            Audit audit,
            CurrentCaller caller,
            RoutingContext request,
            ObjectMapper json,
            RegistryConfig config,
            WarningRepository warnings,
            OpenStreams open,
            MeterRegistry registry) {
        this.chunks = chunks;
        this.progress = progress;
        this.catalogue = catalogue;
        this.audit = audit;
        this.caller = caller;
        this.request = request;
        this.json = json;
        this.config = config;
        this.warnings = warnings;
        this.open = open;
        this.places = new Places(registry, "imports", config.imports());
    }

    /// What a request asks for beside its lines.
    public static class Wishes {

        @QueryParam("importId")
        public String importId;

        @QueryParam("dryRun")
        public boolean dryRun;

        @QueryParam("override")
        public boolean override;

        @QueryParam("results")
        public String results;

        @QueryParam("application")
        public String application;

        @QueryParam("type")
        public String type;

        @QueryParam("action")
        public String action;

        @QueryParam("title")
        public String title;

        @QueryParam("description")
        public String description;

        @QueryParam("severity")
        public String severity;

        @QueryParam("expiresIn")
        public Long expiresIn;

        @QueryParam("generateAlert")
        public Boolean generateAlert;
    }

    @POST
    @Path("/import")
    @Consumes({LINES, "application/ndjson", "application/jsonl", MediaType.WILDCARD})
    @Produces({LINES, MediaType.APPLICATION_JSON})
    @MaxBody(LONGEST_STREAM)
    @Idempotent(Idempotent.Effect.IN_CHUNKS)
    @Requires(Permission.TI_READ_WRITE)
    public Response lines(@BeanParam Wishes wishes, InputStream body) {
        return take(wishes, body, in -> new ImportLines(in, json.readerFor(SubmitIndicatorRequest.class)));
    }

    @POST
    @Path("/import")
    @Consumes(CSV)
    @Produces({LINES, MediaType.APPLICATION_JSON})
    @MaxBody(LONGEST_STREAM)
    @Idempotent(Idempotent.Effect.IN_CHUNKS)
    @Requires(Permission.TI_READ_WRITE)
    public Response table(@BeanParam Wishes wishes, InputStream body) {
        return take(wishes, body, ImportRecords::new);
    }

    private interface Opening {
        ImportSource of(InputStream body) throws IOException;
    }

    private Response take(Wishes wishes, InputStream body, Opening opening) {
        if (body == null) {
            throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "The request body is missing");
        }
        boolean numbers = inNumbers(wishes.results);
        Caller sender = caller.get();
        String id = wishes.dryRun ? null : wishes.importId;
        if (id != null && !ID.matcher(id).matches()) {
            throw new ProblemException(
                    CommonProblem.INVALID_INPUT, "importId is 1 to 128 letters, digits, dots, dashes or underscores");
        }
        ManagementResource.requireOverride(sender, wishes.override);
        begin();
        ImportView before = id == null ? null : progress.begin(sender, id);
        var plan = new ImportRun.Plan(
                new IndicatorBatch.Order(sender, audit.origin(sender.name()), true),
                id,
                before == null ? 0 : before.line(),
                wishes.dryRun,
                defaults(wishes),
                warnings.warnings(sender.tenant()),
                wishes.override,
                CheckedIndicator.Form.OWN,
                config.chunk());
        return numbers
                ? Response.ok(counted(plan, body, opening), MediaType.APPLICATION_JSON_TYPE)
                        .build()
                : Response.ok(byLine(plan, body, opening), LINES).build();
    }

    private boolean inNumbers(String results) {
        if (results != null && !results.equals("lines") && !results.equals("numbers")) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "results is lines or numbers");
        }
        return "numbers".equals(results) || request.request().headers().contains("Idempotency-Key");
    }

    private static ImportDefaults defaults(Wishes it) {
        if (it.expiresIn != null && it.expiresIn <= 0) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "expiresIn is a number of seconds, at least 1");
        }
        return new ImportDefaults(
                it.application,
                it.type,
                it.action,
                it.title,
                it.description,
                it.severity,
                it.expiresIn,
                null,
                it.generateAlert,
                false);
    }

    private ImportView counted(ImportRun.Plan plan, InputStream body, Opening opening) {
        var errors = new ArrayList<ImportLineView>();
        var run = new ImportRun(
                plan,
                chunks,
                lines -> lines.stream()
                        .filter(line -> line.error() != null)
                        .limit(MOST_ERRORS - errors.size())
                        .forEach(errors::add));
        try (InputStream lines = open.take(body)) {
            take(run, opening, lines);
        } catch (IOException impossible) {
            throw new java.io.UncheckedIOException(impossible);
        }
        ImportCounts counts = run.counts();
        return new ImportView(
                plan.importId(),
                true,
                plan.dryRun(),
                run.done(),
                counts.created,
                counts.updated,
                counts.unchanged,
                counts.refused,
                errors);
    }

    private static void take(ImportRun run, Opening opening, InputStream lines) throws IOException {
        try (ImportSource source = opening.of(lines)) {
            run.take(source);
        }
    }

    /// The end of a stream that broke is said in its last line: by then the status is sent.
    private StreamingOutput byLine(ImportRun.Plan plan, InputStream body, Opening opening) {
        ObjectWriter writer = json.writerFor(ImportLineView.class);
        return answer -> {
            var out = new BufferedOutputStream(answer, 64 * 1024);
            var run = new ImportRun(plan, chunks, lines -> write(lines, writer, out));
            try (InputStream lines = open.take(body)) {
                take(run, opening, lines);
            } catch (ProblemException ended) {
                write(
                        List.of(new ImportLineView(
                                run.done(),
                                null,
                                null,
                                null,
                                new ImportLineView.Fault(ended.type().code(), ended.getMessage()))),
                        writer,
                        out);
            }
        };
    }

    private static void write(List<ImportLineView> lines, ObjectWriter writer, OutputStream out) throws IOException {
        for (ImportLineView line : lines) {
            out.write(writer.writeValueAsBytes(line));
            out.write('\n');
        }
        out.flush();
    }

    private void begin() {
        if (!places.take(request)) {
            throw new RetryLaterException(
                    CommonProblem.SERVICE_UNAVAILABLE, "The service takes as many imports as it can", 2);
        }
    }

    /// How far an import has come.
    @GET
    @Path("/imports/{id}")
    @Requires(Permission.TI_READ_WRITE)
    public ImportView progress(@PathParam("id") String id) {
        return progress.get(caller.get(), id);
    }

    /// Every indicator in force, oldest first, while it is read page by page.
    ///
    /// @param after the id behind which it begins
    @GET
    @Path("/export")
    @Produces({LINES, CSV})
    @Requires(Permission.TI_READ_WRITE)
    public Response export(
            @QueryParam("after") String after,
            @QueryParam("type") String type,
            @QueryParam("action") String action,
            @QueryParam("createdBy") String createdBy,
            @QueryParam("application") String application,
            @QueryParam("format") String format) {
        if (format != null && !format.equals("ndjson") && !format.equals("csv")) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "format is ndjson or csv");
        }
        IndicatorFilter filter = IndicatorFilter.of(type, action, null, createdBy, application);
        Caller reader = caller.get();
        long from = After.of(after);
        boolean csv = "csv".equals(format);
        StreamingOutput answer = out -> export(reader, filter, from, csv, new BufferedOutputStream(out, 64 * 1024));
        return Response.ok(answer, csv ? CSV + ";charset=utf-8" : LINES).build();
    }

    private void export(Caller reader, IndicatorFilter filter, long from, boolean csv, OutputStream out)
            throws IOException {
        ObjectWriter writer = json.writerFor(IndicatorView.class);
        if (csv) {
            out.write((CsvLine.HEADER + "\r\n").getBytes(StandardCharsets.UTF_8));
        }
        OpenStreams.Answer answer = open.answer();
        long after = from;
        long count = 0;
        List<IndicatorEntity> page;
        do {
            if (!answer.goesOn()) {
                end(answer.toldUpTo(after), after, csv, out);
                return;
            }
            page = catalogue.page(reader, filter, after, PAGE);
            for (IndicatorEntity it : page) {
                out.write(
                        csv
                                ? (CsvLine.of(it) + "\r\n").getBytes(StandardCharsets.UTF_8)
                                : writer.writeValueAsBytes(IndicatorView.of(it)));
                if (!csv) {
                    out.write('\n');
                }
                after = it.id;
            }
            out.flush();
            count += page.size();
        } while (page.size() == PAGE);
        if (!csv) {
            out.write((ImportLines.END + count + "}\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }

    /// A table has no last line that could say so: it breaks off, which its reader sees.
    private void end(ProblemException why, long after, boolean csv, OutputStream out) throws IOException {
        out.flush();
        if (csv) {
            throw new IOException(why.getMessage());
        }
        out.write(json.writeValueAsBytes(BrokenOff.of(after, why)));
        out.write('\n');
        out.flush();
    }
}
