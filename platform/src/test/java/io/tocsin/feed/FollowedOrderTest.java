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

/// `select change_xid::text … order by change_xid` orders by what is selected: texts, in which 10 comes before 9. At
/// each
/// new digit of the server's transaction counter a reader would be given rows twice and others never.
class FollowedOrderTest {

    private static final Pattern SQL = Pattern.compile("\"\"\"[\\s\\S]*?\"\"\"|\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern CAST = Pattern.compile("(?i)cast\\(\\s*(?:\\w+\\.)?change_xid\\s+as\\s+text\\s*\\)");
    private static final Pattern AS_TEXT = Pattern.compile("(?i)\\bchange_xid::text(?!\\s+as\\s+(?!change_xid\\b))");
    private static final Pattern INNERMOST = Pattern.compile("\\([^()]*\\)");
    private static final Pattern BARE_ORDER = Pattern.compile("(?i)\\border\\s+by\\s+change_xid\\b");

    @Test
    void shouldOrderByTheColumnWhenItsTextIsSelected() throws IOException {
        var wrong = new ArrayList<String>();
        for (String module : List.of("platform", "alert-service", "response-service", "indicator-service")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
                for (Path file :
                        files.filter(name -> name.toString().endsWith(".java")).toList()) {
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
        assertThat(isWrong("select change_xid::text, id from t order by change_xid, id limit ?"))
                .isTrue();
        assertThat(isWrong("select change_xid::text as change_xid, id from t order by change_xid"))
                .isTrue();
        assertThat(isWrong("select c.change_xid::text, id from t c order by c.change_xid, id"))
                .isFalse();
        assertThat(isWrong("select id from t order by change_xid, id")).isFalse();
        assertThat(isWrong("select cast(t.change_xid as text), id from t order by change_xid"))
                .isTrue();
        assertThat(isWrong("select 1 from (select change_xid::text from t order by change_xid) x"))
                .isTrue();
        assertThat(isWrong("select x.change_xid::text from (select * from t order by change_xid) x"))
                .isFalse();
    }

    private static boolean isWrong(String sql) {
        String level = CAST.matcher(sql).replaceAll("change_xid::text");
        for (var inner = INNERMOST.matcher(level); inner.find(); inner = INNERMOST.matcher(level)) {
            if (isWrongAlone(inner.group())) {
                return true;
            }
            level = inner.replaceFirst("");
        }
        return isWrongAlone(level);
    }

    private static boolean isWrongAlone(String select) {
        return AS_TEXT.matcher(select).find() && BARE_ORDER.matcher(select).find();
    }
}
