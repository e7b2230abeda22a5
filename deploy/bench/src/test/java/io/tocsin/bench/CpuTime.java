package io.tocsin.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Processor time of a process with all it has begun, from `/proc`. Unlike a rate it says nothing of what else the
/// machine
/// was doing: on a busy machine it is the figure to compare.
final class CpuTime {

    private static final double TICKS_A_SECOND = 100; // what Linux shows to users, on every architecture

    private CpuTime() {}

    /// Seconds until now; 0 where there is no `/proc`.
    static double of(long pid) {
        long ticks = ticks(pid, true);
        ticks += ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .mapToLong(child -> ticks(child.pid(), false))
                .sum();
        return ticks / TICKS_A_SECOND;
    }

    /// Seconds of this process alone: what it measures are processes it has begun.
    static double ofThis() {
        return ticks(ProcessHandle.current().pid(), false) / TICKS_A_SECOND;
    }

    private static long ticks(long pid, boolean withReaped) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            // utime, stime, cutime and cstime are fields 14 to 17 of proc(5).
            return Stream.of(11, 12, 13, 14)
                    .limit(withReaped ? 4 : 2)
                    .mapToLong(field -> Long.parseLong(fields[field]))
                    .sum();
        } catch (IOException gone) {
            return 0;
        }
    }
}
