package io.tocsin.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {

    @TempDir
    Path folder;

    @Test
    void shouldGiveAPartTheSamePortAtTheNextStart() {
        var port = new Ports(folder.resolve("ports")).portOf("postgres");

        assertThat(new Ports(folder.resolve("ports")).portOf("postgres")).isEqualTo(port);
    }

    @Test
    void shouldGiveAnotherPortWhenSomebodyElseTookIt() throws IOException {
        var port = new Ports(folder.resolve("ports")).portOf("postgres");

        try (var taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(new Ports(folder.resolve("ports")).portOf("postgres")).isNotEqualTo(taken.getLocalPort());
        }
    }
}
