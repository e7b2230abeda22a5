package io.tocsin.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Migrations after the release before this one only add (docs/adr/020): its services run on the new schema while they
/// are replaced. What is to go is first left unused for a release, then taken away in a migration that says so by a
/// line
/// `-- contract: unused since <version>`.
class MigrationRulesTest {

    /// The schema of the release that is being upgraded from (deploy/e2e/previous-release.properties).
    private static final String PREVIOUS = "202611202212";

    private static final Path FOLDER = Path.of("src/main/resources/db/migration");

    private static final Pattern TAKES_AWAY = Pattern.compile(
            "\\bdrop\\s+(table|column|view|function|schema|type)\\b"
                    + "|\\brename\\s+(to|column|constraint)\\b|\\balter\\s+column\\s+\\w+\\s+(set\\s+data\\s+)?type\\b"
                    + "|\\balter\\s+column\\s+\\w+\\s+set\\s+not\\s+null\\b|\\balter\\s+column\\s+\\w+\\s+drop\\s+default\\b"
                    + "|\\brevoke\\b|\\btruncate\\b|\\bdisable\\s+trigger\\b"
                    + "|\\badd\\s+column\\s+(?:(?!,|;|\\bdefault\\b)[\\s\\S])*\\bnot\\s+null\\b(?:(?!,|;|\\bdefault\\b)[\\s\\S])*(,|;|$)");

    private static final Pattern CONTRACT = Pattern.compile("(?m)^-- contract: unused since \\S+");

    private static final Pattern COMMENT = Pattern.compile("(?m)--.*$|'(?:[^']|'')*'");

    @Test
    void shouldOnlyAddWhatTheReleaseBeforeDoesNotMind() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<Path> later = files.filter(
                            file -> file.getFileName().toString().substring(1).compareTo(PREVIOUS + "__") > 0)
                    .filter(file -> !file.getFileName().toString().startsWith("V" + PREVIOUS))
                    .toList();

            assertThat(later)
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(takesAway(Files.readString(file)))
                            .as(file.toString())
                            .isFalse());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drop table alert;",
                "alter table alert drop column title;",
                "alter table alert rename column title to name;",
                "ALTER TABLE alert RENAME TO alerts;",
                "alter table alert alter column title type varchar(10);",
                "alter table alert alter column title set not null;",
                "alter table alert add column note text not null;",
                "alter table alert add column a int, add column b text not null, add column c int;",
                "revoke insert on alert from tocsin_alert;"
            })
    void shouldSeeWhatWouldBreakTheReleaseBefore(String migration) {
        assertThat(takesAway(migration)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table alert add column note text;",
                "alter table alert add column n int not null default 0;",
                "comment on column alert.title is 'do not drop table alert';",
                "-- we will drop column title later\ncreate index a on alert (title);",
                "-- contract: unused since 0.2.0\nalter table alert drop column rbac_group_name;",
                "drop index alert_title_idx;"
            })
    void shouldAllowWhatAdds(String migration) {
        assertThat(takesAway(migration)).isFalse();
    }

    private static boolean takesAway(String migration) {
        return !CONTRACT.matcher(migration).find()
                && TAKES_AWAY
                        .matcher(COMMENT.matcher(migration).replaceAll("").toLowerCase(Locale.ROOT))
                        .find();
    }
}
