package io.tocsin.alert.story;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A page of a time line, and where the next begins.
record TimelinePage(List<IncidentStory.Moment> moments, String next) {

    private static final int MOST = 500;

    private static final Comparator<IncidentStory.Moment> OLDEST_FIRST = Comparator.comparing(
                    IncidentStory.Moment::time)
            .thenComparing(IncidentStory.Moment::kind)
            .thenComparing(IncidentStory.Moment::text);

    /// Behind so many moments of one time.
    record Cursor(long ticks, int told) {

        private static final Pattern FORM = Pattern.compile("(-?\\d{1,18})_(\\d{1,9})");

        /// @throws ProblemException 400 when it is none
        static Cursor of(String text) {
            if (text == null || text.isBlank()) {
                return new Cursor(Long.MIN_VALUE, 0);
            }
            Matcher form = FORM.matcher(text.strip());
            if (!form.matches()) {
                throw new ProblemException(CommonProblem.INVALID_INPUT, "timeline is not what a story answered");
            }
            return new Cursor(Long.parseLong(form.group(1)), Integer.parseInt(form.group(2)));
        }

        @Override
        public String toString() {
            return ticks + "_" + told;
        }
    }

    /// All on one page.
    static TimelinePage whole(Collection<IncidentStory.Moment> all) {
        return new TimelinePage(all.stream().sorted(OLDEST_FIRST).toList(), null);
    }

    static TimelinePage of(Collection<IncidentStory.Moment> all, Cursor from) {
        var sorted = all.stream().sorted(OLDEST_FIRST).toList();
        int start = 0;
        int equal = 0;
        while (start < sorted.size()
                && (sorted.get(start).time().ticks() < from.ticks()
                        || sorted.get(start).time().ticks() == from.ticks() && equal++ < from.told())) {
            start++;
        }
        int end = Math.min(sorted.size(), start + MOST);
        return new TimelinePage(
                List.copyOf(sorted.subList(start, end)),
                end == sorted.size() ? null : behind(sorted, end).toString());
    }

    private static Cursor behind(List<IncidentStory.Moment> sorted, int end) {
        long ticks = sorted.get(end - 1).time().ticks();
        int told = 0;
        while (end - told > 0 && sorted.get(end - told - 1).time().ticks() == ticks) {
            told++;
        }
        return new Cursor(ticks, told);
    }
}
