package io.tocsin.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/// What holds of the migrations' texts (docs/adr/031). What they do to the release before is read off the schema
/// they make: SchemaUpgradeTest of platform-testkit.
class MigrationRulesTest {

    private static final Path FOLDER = Path.of("src/main/resources/db/migration");

    private static final Pattern STATEMENT_CONCURRENTLY = Pattern.compile("(?m)^(create|drop)[\\w ]* concurrently\\b");

    /// Flyway refuses to begin with two of one version, and whoever lands second does not see the first.
    @Test
    void shouldGiveEveryMigrationAVersionOfItsOwn() throws IOException {
        try (var files = Files.list(FOLDER)) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> name.startsWith("V") && name.endsWith(".sql"))
                            .map(name -> name.substring(0, name.indexOf("__"))))
                    .isNotEmpty()
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void shouldStayAsItIsOnceAReleaseHoldsIt() throws IOException {
        List<String> released;
        try (var text = MigrationRulesTest.class.getResourceAsStream("released-migrations.csv")) {
            released = new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }

        assertThat(released).isNotEmpty().allSatisfy(line -> {
            String[] cells = line.split(",");
            assertThat(checksum(Files.readString(FOLDER.resolve(cells[0]))))
                    .as(cells[0])
                    .isEqualTo(Integer.parseInt(cells[1]));
        });
    }

    @Test
    void shouldBeginAgainWhatMayStopHalfway() throws IOException {
        try (var files = Files.list(FOLDER)) {
            List<Path> outside = files.filter(file -> file.toString().endsWith(".conf"))
                    .map(file -> Path.of(file.toString().replaceFirst("\\.conf$", "")))
                    .toList();

            assertThat(outside).isNotEmpty().allSatisfy(file -> {
                String sql = Files.readString(file);
                if (sql.contains("create index concurrently")) {
                    assertThat(sql.lines().filter(line -> line.startsWith("create") || line.startsWith("drop")))
                            .as("%s: drops what an interrupted build left, then builds it", file)
                            .hasSize(2)
                            .first()
                            .asString()
                            .startsWith("drop index concurrently if exists");
                } else {
                    assertThat(sql).as("%s: ends each part of its work", file).contains("commit;");
                }
            });
        }
    }

    @Test
    void shouldSayThatItRunsOutsideATransactionWhenItBuildsConcurrently() throws IOException {
        try (var files = Files.list(FOLDER)) {
            List<Path> concurrent = files.filter(file -> file.toString().endsWith(".sql"))
                    .filter(file -> STATEMENT_CONCURRENTLY.matcher(read(file)).find())
                    .toList();

            assertThat(concurrent)
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(Path.of(file + ".conf")).hasContent("executeInTransaction=false"));
        }
    }

    /// As Flyway reckons it.
    private static int checksum(String sql) {
        var crc = new CRC32();
        sql.lines().forEach(line -> crc.update(line.getBytes(StandardCharsets.UTF_8)));
        return (int) crc.getValue();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
