package io.tocsin.alert.ingest;

import io.tocsin.alert.AlertProblem;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.LineReader;
import io.tocsin.wire.OpenStreams;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.RetryLaterException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Reads one stream of alerts and stores it chunk by chunk: while one is being committed the next is read, and
/// no more than these two are ever held.
final class AlertStream {

    /// What a chunk may hold in bytes, however few lines that are.
    private static final int LARGEST_CHUNK = 4 * 1024 * 1024;

    /// What becomes of the lines, in their order.
    interface Results {
        /// @throws IOException when the client does not take them
        void add(List<LineView> chunk) throws IOException;

        /// How long the sender may pause before it is told what is held back; null when nothing is.
        Duration patience();

        /// The sender pauses: it may wait for what is held back.
        ///
        /// @throws IOException when the client does not take it
        void paused() throws IOException;
    }

    /// Makes a submission of a line; null of one that holds nothing for us.
    interface Form {
        /// @throws ProblemException when the line is refused
        Submission read(byte[] line);
    }

    /// What comes behind a chunk.
    private enum Next {
        MORE,
        PAUSE,
        END
    }

    private record Line(long number, String sourceRef, Submission submission, ProblemException problem) {}

    private final Form form;
    private final Callable<ExternalAlerts.Sender> sender;
    private final ExternalAlerts alerts;
    private final int most;
    private final Results results;
    private long number;
    private long complete;

    AlertStream(Form form, Callable<ExternalAlerts.Sender> sender, ExternalAlerts alerts, int most, Results results) {
        this.form = form;
        this.sender = sender;
        this.alerts = alerts;
        this.most = most;
        this.results = results;
    }

    /// What the sender writes before it pauses is stored at once: it may wait for its results before it goes on.
    ///
    /// @throws ProblemException when the stream breaks off or cannot be stored; the complete lines before that
    ///     are stored and reported
    /// @throws IOException when the client takes no results any more
    void take(InputStream body) throws IOException {
        try (LineReader lines = LineReader.live(body);
                ExecutorService storing = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<LineView>> before = null;
            ProblemException end = null;
            boolean more = true;
            while (more) {
                var chunk = new ArrayList<Line>(most);
                boolean pauses = false;
                try {
                    Next next = read(lines, chunk, before != null);
                    more = next != Next.END;
                    pauses = next == Next.PAUSE;
                } catch (OpenStreams.ServiceStops stops) {
                    end = stops.storedUpTo(number);
                    more = false;
                } catch (IOException broken) {
                    end = new ProblemException(
                            AlertProblem.ALERTS_BROKEN_OFF,
                            "The stream broke off; everything is stored up to line " + number);
                    more = false;
                } catch (ProblemException tooLarge) {
                    end = tooLarge;
                    more = false;
                }
                report(before);
                before = chunk.isEmpty() ? null : storing.submit(() -> store(chunk));
                if (pauses) {
                    report(before);
                    before = null;
                    results.paused();
                }
            }
            report(before);
            if (end != null) {
                throw end;
            }
        }
    }

    /// @param stored whether there is something that was stored and is not reported yet
    private Next read(LineReader lines, List<Line> chunk, boolean stored) throws IOException {
        int bytes = 0;
        LineReader.Patience patience = stored ? new LineReader.Patience() : null;
        while (chunk.size() < most && bytes < LARGEST_CHUNK) {
            byte[] text = lines.next(patience == null ? results.patience() : patience.left());
            if (text == null) {
                return Next.END;
            }
            if (text == LineReader.NOT_YET) {
                return Next.PAUSE;
            }
            if (patience == null) {
                patience = new LineReader.Patience();
            }
            number++;
            bytes += text.length;
            if (text == LineReader.TOO_LONG) {
                chunk.add(new Line(number, null, null, tooLong()));
            } else if (!isBlank(text)) {
                chunk.add(read(text));
            }
        }
        return Next.MORE;
    }

    private static ProblemException tooLong() {
        return new ProblemException(
                CommonProblem.INVALID_REQUEST_BODY, "The line is longer than " + LineReader.LONGEST + " bytes");
    }

    private Line read(byte[] text) {
        try {
            Submission submission = form.read(text);
            return new Line(
                    number, submission == null ? null : submission.alert().sourceRef(), submission, null);
        } catch (ProblemException refused) {
            return new Line(number, null, null, refused);
        }
    }

    private static boolean isBlank(byte[] text) {
        for (byte letter : text) {
            if (letter > ' ' || letter < 0) {
                return false;
            }
        }
        return true;
    }

    private List<LineView> store(List<Line> chunk) throws Exception {
        List<Outcome> outcomes = alerts.store(
                sender.call(),
                chunk.stream()
                        .map(Line::submission)
                        .filter(submission -> submission != null)
                        .toList());
        var views = new ArrayList<LineView>(chunk.size());
        int next = 0;
        for (Line line : chunk) {
            if (line.problem() != null) {
                views.add(refused(line, line.problem()));
            } else if (line.submission() == null) {
                views.add(new LineView(line.number(), null, null, 204, null));
            } else {
                views.add(view(line, outcomes.get(next++)));
            }
        }
        return views;
    }

    private static LineView view(Line line, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Stored stored ->
                new LineView(line.number(), line.sourceRef(), stored.id(), stored.created() ? 201 : 200, null);
            case Outcome.Refused refused -> refused(line, refused.problem());
            case Outcome.Failed failed -> {
                if (AlertBatches.isAway(failed.fault())) {
                    throw failed.fault();
                }
                yield refused(
                        line,
                        new ProblemException(
                                CommonProblem.INTERNAL_SERVER_ERROR, CommonProblem.INTERNAL_SERVER_ERROR.title()));
            }
        };
    }

    private static LineView refused(Line line, ProblemException problem) {
        return new LineView(
                line.number(), line.sourceRef(), null, problem.type().status(), ItemView.ItemError.of(problem));
    }

    private void report(Future<List<LineView>> stored) throws IOException {
        if (stored == null) {
            return;
        }
        try {
            List<LineView> views = stored.get();
            complete = views.getLast().line();
            results.add(views);
        } catch (ExecutionException failed) {
            throw notStored(failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw notStored(stopped);
        }
    }

    private ProblemException notStored(Throwable fault) {
        io.quarkus.logging.Log.warnf(
                fault, "A stream of alerts ended early: line=%d reason=%s", complete, fault.getMessage());
        return new RetryLaterException(
                CommonProblem.SERVICE_UNAVAILABLE,
                "The service cannot store more right now; everything is stored up to line " + complete,
                1);
    }
}
