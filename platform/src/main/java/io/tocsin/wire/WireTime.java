package io.tocsin.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.ZoneOffset;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A point in time as the wire writes it: UTC, exact to 100 ns (contract 00 §6, wire-facts §4).
///
/// PostgreSQL's `timestamptz` and most clocks keep microseconds, and `CreateAlertByReference` must find an event by its
/// seven-digit time; so a time that came from or goes to the wire is this type everywhere, and `bigint` in the
/// database.
///
/// @param ticks 100-ns intervals since 1970-01-01T00:00:00Z, negative before it
@RegisterForReflection
public record WireTime(long ticks) implements Comparable<WireTime> {

    /// Ticks in one second.
    public static final long TICKS_PER_SECOND = 10_000_000L;

    private static final long DOT_NET_EPOCH_TICKS = 621_355_968_000_000_000L;

    private static final Pattern FORM = Pattern.compile("(\\d{4})-(\\d{2})-(\\d{2})"
            + "(?:[T ](\\d{2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,12}))?)?)?"
            + "\\s?(Z|z|[+-]\\d{2}:?\\d{2})?");

    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");

    /// The present, from the system's clock.
    public static WireTime now() {
        return of(Instant.now());
    }

    /// The instant, cut to 100 ns.
    public static WireTime of(Instant instant) {
        return new WireTime(
                Math.addExact(Math.multiplyExact(instant.getEpochSecond(), TICKS_PER_SECOND), instant.getNano() / 100));
    }

    /// Reads any precision and offset the contract accepts: a day alone, with or without `Z`, up to twelve digits of a
    /// fraction (cut to seven), `T` or a space. Without an offset it is UTC.
    ///
    /// @throws IllegalArgumentException when the text is none of these
    @JsonCreator
    public static WireTime parse(String text) {
        WireTime usual = usual(text);
        return usual == null ? anyForm(text) : usual;
    }

    /// `2026-02-03T09:15:27.1043382Z` with up to seven digits of a fraction, as nearly all are, or null; by hand, since
    /// every event has some.
    private static WireTime usual(String text) {
        int length = text.length();
        if (length < 20
                || length > 28
                || length == 21
                || text.charAt(4) != '-'
                || text.charAt(7) != '-'
                || text.charAt(10) != 'T'
                || text.charAt(13) != ':'
                || text.charAt(16) != ':'
                || text.charAt(length - 1) != 'Z'
                || length > 20 && text.charAt(19) != '.') {
            return null;
        }
        int year = digits(text, 0, 4);
        int month = digits(text, 5, 7);
        int day = digits(text, 8, 10);
        int hour = digits(text, 11, 13);
        int minute = digits(text, 14, 16);
        int second = digits(text, 17, 19);
        int fraction = length == 20 ? 0 : digits(text, 20, length - 1);
        if (year < 0
                || month < 1
                || month > 12
                || day < 1
                || day > Month.of(month).length(IsoChronology.INSTANCE.isLeapYear(year))
                || hour < 0
                || hour > 23
                || minute < 0
                || minute > 59
                || second < 0
                || second > 59
                || fraction < 0) {
            return null;
        }
        for (int given = length - 21; given < 7 && length > 20; given++) {
            fraction *= 10;
        }
        long days = LocalDate.of(year, month, day).toEpochDay();
        return new WireTime(
                ((days * 24 + hour) * 60 + minute) * 60 * TICKS_PER_SECOND + second * TICKS_PER_SECOND + fraction);
    }

    /// Negative when one is none.
    private static int digits(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    private static WireTime anyForm(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "'" + shortened(text) + "' is not a time of the form 2026-01-05T10:00:00Z");
        }
        try {
            var local = LocalDateTime.of(
                    number(form, 1),
                    number(form, 2),
                    number(form, 3),
                    number(form, 4),
                    number(form, 5),
                    number(form, 6));
            long seconds = local.toEpochSecond(offset(form.group(8)));
            return new WireTime(seconds * TICKS_PER_SECOND + fraction(form.group(7)));
        } catch (DateTimeException outOfRange) {
            throw new IllegalArgumentException(
                    "'" + shortened(text) + "' is not a time: a part is out of range", outOfRange);
        }
    }

    private static int number(Matcher form, int group) {
        return form.group(group) == null ? 0 : Integer.parseInt(form.group(group));
    }

    private static ZoneOffset offset(String text) {
        return text == null || text.equalsIgnoreCase("Z") ? ZoneOffset.UTC : ZoneOffset.of(text);
    }

    private static long fraction(String digits) {
        return digits == null ? 0 : Long.parseLong((digits + "0000000").substring(0, 7));
    }

    private static String shortened(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }

    /// The same moment as an `Instant`, for what leaves the wire: leases, deadlines, partitions.
    public Instant toInstant() {
        return Instant.ofEpochSecond(
                Math.floorDiv(ticks, TICKS_PER_SECOND), Math.floorMod(ticks, TICKS_PER_SECOND) * 100);
    }

    /// The moment `seconds` later, or earlier when negative.
    public WireTime plusSeconds(long seconds) {
        return new WireTime(ticks + seconds * TICKS_PER_SECOND);
    }

    /// The count the vendor's alert ids carry: 100-ns intervals since 0001-01-01 (contract 10 §1, `id`).
    public long dotNetTicks() {
        return ticks + DOT_NET_EPOCH_TICKS;
    }

    /// `2026-02-03T09:15:27.1043382Z`: `Z`, up to seven digits, trailing zeros cut.
    @JsonValue
    @Override
    public String toString() {
        var seconds = LocalDateTime.ofEpochSecond(Math.floorDiv(ticks, TICKS_PER_SECOND), 0, ZoneOffset.UTC);
        int fraction = (int) Math.floorMod(ticks, TICKS_PER_SECOND);
        return seconds.getYear() >= 0 && seconds.getYear() <= 9999
                ? usual(seconds, fraction)
                : SECONDS.format(seconds) + (fraction == 0 ? "" : "." + shortest(fraction)) + 'Z';
    }

    private static String shortest(int fraction) {
        return String.format("%07d", fraction).replaceFirst("0+$", "");
    }

    /// By hand, since a page of alerts holds hundreds of times.
    private static String usual(LocalDateTime time, int fraction) {
        byte[] text = new byte[28];
        put(text, 0, 4, time.getYear());
        text[4] = '-';
        put(text, 5, 2, time.getMonthValue());
        text[7] = '-';
        put(text, 8, 2, time.getDayOfMonth());
        text[10] = 'T';
        put(text, 11, 2, time.getHour());
        text[13] = ':';
        put(text, 14, 2, time.getMinute());
        text[16] = ':';
        put(text, 17, 2, time.getSecond());
        int end = 19;
        if (fraction != 0) {
            text[19] = '.';
            put(text, 20, 7, fraction);
            end = 27;
            while (text[end - 1] == '0') {
                end--;
            }
        }
        text[end] = 'Z';
        return new String(text, 0, end + 1, StandardCharsets.ISO_8859_1);
    }

    private static void put(byte[] text, int at, int digits, int number) {
        int rest = number;
        for (int i = at + digits - 1; i >= at; i--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    @Override
    public int compareTo(WireTime other) {
        return Long.compare(ticks, other.ticks);
    }
}
