package io.tocsin.indicator.registry;

import io.tocsin.indicator.IndicatorProblem;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.LineReader;
import io.tocsin.wire.OpenStreams;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.RetryLaterException;
import io.tocsin.wire.WireTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Reads one stream and stores it chunk by chunk: while one is being committed the next is read, and no more than these
/// two are ever held. What the sender writes before it pauses is stored at once.
final class ImportRun {

    /// What becomes of the lines, in their order.
    interface Results {
        void add(List<ImportLineView> lines) throws IOException;
    }

    /// @param importId null when it has none
    /// @param from the line up to which everything was done before
    record Plan(
            IndicatorBatch.Order order,
            String importId,
            long from,
            boolean dryRun,
            ImportDefaults defaults,
            Warnings warnings,
            boolean override,
            CheckedIndicator.Form form,
            int chunk) {}

    /// What comes behind a chunk.
    private enum Next {
        MORE,
        PAUSE,
        END
    }

    private record Line(long number, String value, CheckedIndicator checked, ProblemException problem) {}

    private final Plan plan;
    private final ImportChunk chunks;
    private final Results results;
    private final ImportCounts counts = new ImportCounts();
    private long done;

    ImportRun(Plan plan, ImportChunk chunks, Results results) {
        this.plan = plan;
        this.chunks = chunks;
        this.results = results;
        this.done = plan.from();
    }

    ImportCounts counts() {
        return counts;
    }

    /// Up to there everything is done.
    long done() {
        return done;
    }

    /// @throws ProblemException when the stream breaks off or cannot be stored; what is complete before that is
    ///     stored
    /// and
    ///     reported
    void take(ImportSource source) throws IOException {
        long read = plan.from();
        try (ExecutorService storing = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<ImportLineView>> before = null;
            ProblemException end = null;
            boolean more = true;
            while (more) {
                var lines = new ArrayList<Line>(plan.chunk());
                boolean pauses = false;
                try {
                    Next next = read(source, lines, before != null);
                    more = next != Next.END;
                    pauses = next == Next.PAUSE;
                } catch (OpenStreams.ServiceStops stops) {
                    end = stops.storedUpTo(
                            lines.isEmpty() ? read : lines.getLast().number());
                    more = false;
                } catch (IOException broken) {
                    end = new ProblemException(
                            IndicatorProblem.IMPORT_BROKEN_OFF, "The stream broke off; send the rest of it again");
                    end.initCause(broken);
                    more = false;
                } catch (ProblemException tooLarge) {
                    end = tooLarge;
                    more = false;
                }
                report(before);
                boolean last = !more && end == null;
                long from = read;
                read = lines.isEmpty() ? read : lines.getLast().number();
                long to = read;
                before = lines.isEmpty() && !(last && plan.importId() != null)
                        ? null
                        : storing.submit(() -> store(lines, from, to, last));
                if (pauses) {
                    report(before);
                    before = null;
                }
            }
            report(before);
            if (end != null) {
                throw end;
            }
        }
    }

    /// @param stored whether there is something that was stored and is not reported yet
    private Next read(ImportSource source, List<Line> lines, boolean stored) throws IOException {
        LineReader.Patience patience = stored ? new LineReader.Patience() : null;
        while (lines.size() < plan.chunk()) {
            ImportSource.Item item = source.next(patience == null ? null : patience.left());
            if (item == null) {
                return Next.END;
            }
            if (item == ImportSource.NOT_YET) {
                return Next.PAUSE;
            }
            if (patience == null) {
                patience = new LineReader.Patience();
            }
            if (item.line() > plan.from()) {
                lines.add(checked(item));
            }
        }
        return Next.MORE;
    }

    private Line checked(ImportSource.Item item) {
        if (item.problem() != null) {
            return new Line(item.line(), null, null, item.problem());
        }
        WireTime now = WireTime.now();
        SubmitIndicatorRequest request = plan.defaults().complete(item.request(), now);
        try {
            CheckedIndicator checked =
                    CheckedIndicator.of(request, now, plan.form()).heeding(plan.warnings(), plan.override());
            return new Line(item.line(), request.indicatorValue(), checked, null);
        } catch (ProblemException refused) {
            return new Line(item.line(), request.indicatorValue(), null, refused);
        }
    }

    private List<ImportLineView> store(List<Line> lines, long from, long to, boolean last) {
        List<CheckedIndicator> items = lines.stream()
                .map(Line::checked)
                .filter(checked -> checked != null)
                .toList();
        List<Outcome> outcomes = plan.dryRun()
                ? List.of()
                : chunks.store(
                        plan.order(),
                        new ImportChunk.Place(plan.importId(), from, to, lines.size() - items.size(), last),
                        items);
        var views = new ArrayList<ImportLineView>(lines.size());
        int next = 0;
        for (Line line : lines) {
            if (line.checked() == null) {
                counts.refused++;
                views.add(refused(line, line.problem()));
            } else if (plan.dryRun()) {
                views.add(new ImportLineView(line.number(), line.value(), null, "Valid", null));
            } else {
                Outcome outcome = outcomes.get(next++);
                counts.count(outcome);
                views.add(view(line, outcome));
            }
        }
        return views;
    }

    private static ImportLineView view(Line line, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Stored stored ->
                new ImportLineView(
                        line.number(),
                        line.value(),
                        Long.toString(stored.id()),
                        switch (stored.what()) {
                            case CREATED -> "Created";
                            case UPDATED -> "Updated";
                            case UNCHANGED -> "Unchanged";
                        },
                        null);
            case Outcome.Refused refused -> refused(line, refused.problem());
        };
    }

    private static ImportLineView refused(Line line, ProblemException problem) {
        return new ImportLineView(
                line.number(),
                line.value(),
                null,
                "Refused",
                new ImportLineView.Fault(problem.type().code(), problem.getMessage()));
    }

    private void report(Future<List<ImportLineView>> stored) throws IOException {
        if (stored == null) {
            return;
        }
        try {
            List<ImportLineView> views = stored.get();
            if (!views.isEmpty()) {
                done = views.getLast().line();
                results.add(views);
            }
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof ProblemException problem) {
                throw problem;
            }
            throw notStored(failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw notStored(stopped);
        }
    }

    private ProblemException notStored(Throwable fault) {
        io.quarkus.logging.Log.warnf(
                fault, "A stream of indicators ended early: line=%d reason=%s", done, fault.getMessage());
        return new RetryLaterException(
                CommonProblem.SERVICE_UNAVAILABLE,
                "The service cannot store more right now; everything is stored up to line " + done,
                1);
    }
}
