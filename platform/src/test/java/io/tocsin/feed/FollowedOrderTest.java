package io.tocsin.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `select change_xid::text … order by change_xid` orders by what is selected: texts, in which 10 comes before 9. At each
/// new digit of the server's transaction counter a reader would be given rows twice and others never.
class FollowedOrderTest {

    private static final Pattern SQL = Pattern.compile("\"\"\"[\\s\\S]*?\"\"\"|\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern AS_TEXT = Pattern.compile(
            "(?i)(?:\\bchange_xid::text|cast\\(\\s*(?:\\w+\\.)?change_xid\\s+as\\s+text\\s*\\))(?:\\s+as\\s+change_xid)?\\s*(?:,|from)");
    private static final Pattern BARE_ORDER = Pattern.compile("(?i)\\border\\s+by\\s+change_xid\\b");

    @Test
    void shouldOrderByTheColumnWhenItsTextIsSelected() throws IOException {
        var wrong = new ArrayList<String>();
        for (String module : List.of("platform", "alert-service", "response-service", "indicator-service")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
                for (Path file : files.filter(name -> name.toString().endsWith(".java")).toList()) {
                    SQL.matcher(Files.readString(file))
                            .results()
                            .filter(text -> isWrong(text.group()))
                            .forEach(text -> wrong.add(file + ": " + text.group()));
                }
            }
        }

        assertThat(wrong).isEmpty();
    }

    @Test
    void shouldSeeTheOneThatIsWrong() {
        assertThat(isWrong("select change_xid::text, id from t order by change_xid, id limit ?")).isTrue();
        assertThat(isWrong("select change_xid::text as change_xid, id from t order by change_xid")).isTrue();
        assertThat(isWrong("select c.change_xid::text, id from t c order by c.change_xid, id")).isFalse();
        assertThat(isWrong("select id from t order by change_xid, id")).isFalse();
    }

    private static boolean isWrong(String sql) {
        return AS_TEXT.matcher(sql).find() && BARE_ORDER.matcher(sql).find();
    }
}
