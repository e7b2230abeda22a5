package io.tocsin.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ClientEnvironmentTest {

    @Test
    void shouldWriteLinesThatAShellReadsAsTheyAreMeant() {
        assertThat(ClientEnvironment.lines(Map.of("TOCSIN_URL", "http://127.0.0.1:8080")))
                .isEqualTo("TOCSIN_URL=http://127.0.0.1:8080\n");
        assertThat(ClientEnvironment.lines(Map.of("TOCSIN_CA", "/home/o'neil/my files/ca.pem")))
                .isEqualTo("TOCSIN_CA='/home/o'\\''neil/my files/ca.pem'\n");
    }
}
