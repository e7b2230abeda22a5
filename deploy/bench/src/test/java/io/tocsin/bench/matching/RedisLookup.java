package io.tocsin.bench.matching;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// A set of Redis, a thousand values a question (`SMISMEMBER`); the server is whoever listens on
/// `tocsin.bench.redis`.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgs = "-Xmx2g")
@Warmup(iterations = 1, time = 2)
@Measurement(iterations = 3, time = 2)
public class RedisLookup {

    private static final int BATCH = 1_000;

    @Param({"15000", "1000000", "10000000"})
    int indicators;

    private InputStream in;
    private OutputStream out;
    private String[] values;
    private int at;

    @Setup
    public void fill() throws IOException {
        var socket = new Socket("127.0.0.1", Integer.getInteger("tocsin.bench.redis", 6379));
        in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
        command("FLUSHALL");
        reply();
        for (int from = 0; from < indicators; from += BATCH) {
            String[] some = new String[Math.min(BATCH, indicators - from) + 2];
            some[0] = "SADD";
            some[1] = "indicators";
            for (int i = 2; i < some.length; i++) {
                some[i] = Asked.indicator(from + i - 2);
            }
            command(some);
            reply();
        }
        command("INFO", "memory");
        System.out.printf(
                "%nredis of %,d: %s%n",
                indicators,
                reply().lines()
                        .filter(line -> line.startsWith("used_memory:"))
                        .findFirst()
                        .orElse("?"));
        values = Asked.values(indicators);
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int batched() throws IOException {
        at = at + 2 * BATCH > values.length ? 0 : at + BATCH;
        String[] some = new String[BATCH + 2];
        some[0] = "SMISMEMBER";
        some[1] = "indicators";
        System.arraycopy(values, at, some, 2, BATCH);
        command(some);
        return reply().length();
    }

    private void command(String... words) throws IOException {
        write("*" + words.length + "\r\n");
        for (String word : words) {
            write("$" + word.length() + "\r\n" + word + "\r\n");
        }
        out.flush();
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private String reply() throws IOException {
        String line = line();
        if (line.startsWith("-")) {
            throw new IOException(line);
        }
        if (line.startsWith("$")) {
            String text = new String(in.readNBytes(Integer.parseInt(line.substring(1))), StandardCharsets.ISO_8859_1);
            line();
            return text;
        }
        if (line.startsWith("*")) {
            var all = new StringBuilder();
            for (int left = Integer.parseInt(line.substring(1)); left > 0; left--) {
                all.append(reply());
            }
            return all.toString();
        }
        return line.substring(1);
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet != '\r') {
                line.append((char) octet);
            }
        }
        return line.toString();
    }
}
