package io.tocsin.alert.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// The format is a promise: docs/audit.md gives this example, computed there by another program.
class SealHashTest {

    @Test
    void shouldBeTheHashOfTheExampleInTheDocumentation() {
        var entry = new AuditEntry("9", 7, new UUID(0, 1), "s", 0, "a", null, "x", "t", null, null);
        var hash = new SealHash(SealHash.none(), 1);

        hash.add(entry);

        assertThat(HexFormat.of().formatHex(hash.value()))
                .isEqualTo("7252598b576cf69af8620ccf0404768544e5c005347e34c1fcef3dd749ae6b73");
    }

    @Test
    void shouldTellAnEmptyTextFromNone() {
        var none = new AuditEntry("9", 7, new UUID(0, 1), "s", 0, "a", null, "x", "t", null, null);
        var empty = new AuditEntry("9", 7, new UUID(0, 1), "s", 0, "a", "", "x", "t", null, null);

        assertThat(none.canonicalBytes()).isNotEqualTo(empty.canonicalBytes());
    }
}
