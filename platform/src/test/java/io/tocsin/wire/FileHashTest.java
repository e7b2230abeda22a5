package io.tocsin.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileHashTest {

    @ParameterizedTest
    @CsvSource({"32, MD5", "40, SHA1", "64, SHA256"})
    void shouldTellHashesByTheirLength(int digits, FileHash.Algorithm algorithm) {
        assertThat(FileHash.of("aF".repeat(digits / 2))).contains(new FileHash(algorithm, "af".repeat(digits / 2)));
    }

    @Test
    void shouldKnowWhatIsNone() {
        assertThat(FileHash.of("a".repeat(41))).isEmpty();
        assertThat(FileHash.of("g".repeat(40))).isEmpty();
        assertThatThrownBy(() -> FileHash.required("none")).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> FileHash.requiredSha1("a".repeat(64))).isInstanceOf(ProblemException.class);
        assertThat(FileHash.requiredSha1("A".repeat(40)).hex()).isEqualTo("a".repeat(40));
    }
}
