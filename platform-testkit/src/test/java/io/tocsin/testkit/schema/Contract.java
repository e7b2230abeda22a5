package io.tocsin.testkit.schema;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a migration may take from the release before, because that release already does without it. The release says so
/// itself, in a migration it holds and nobody can edit since: `-- announces: gone: column alert.title`. The migration
/// that
/// takes it away names both: `-- contract: gone: column alert.title, announced by V…__stop_reading_titles.sql`.
///
/// @param folder of the migrations
/// @param released the names of those the release before holds
record Contract(Path folder, Set<String> released) {

    private static final Pattern LINE = Pattern.compile("(?m)^--\\s*contract\\b.*$");
    private static final Pattern EXCUSE = Pattern.compile("-- contract: (.+), announced by (V[\\w.]+\\.sql)");

    static Contract of(Path folder, Path releasedMigrations) throws IOException {
        try (var lines = Files.lines(releasedMigrations)) {
            return new Contract(
                    folder,
                    lines.filter(line -> !line.startsWith("#"))
                            .map(line -> line.split(",")[0])
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    /// What remains of the findings, and what is wrong with the excuses.
    List<String> unexcused(String migration, List<String> findings) throws IOException {
        var remaining = new ArrayList<>(findings);
        var wrong = new ArrayList<String>();
        for (String line :
                LINE.matcher(migration).results().map(MatchResult::group).toList()) {
            var excuse = EXCUSE.matcher(line.strip());
            if (!excuse.matches()) {
                wrong.add("no contract: " + line);
            } else if (!isAnnounced(excuse.group(1), excuse.group(2))) {
                wrong.add("not announced by the release before: " + line);
            } else if (!remaining.removeIf(finding -> isOf(finding, excuse.group(1)))) {
                wrong.add("nothing to excuse: " + line);
            }
        }
        remaining.addAll(wrong);
        return remaining;
    }

    private boolean isAnnounced(String finding, String file) throws IOException {
        return released.contains(file)
                && Files.readString(folder.resolve(file)).lines().anyMatch(("-- announces: " + finding)::equals);
    }

    private static boolean isOf(String finding, String excused) {
        return finding.equals(excused) || finding.startsWith(excused + " ");
    }
}
