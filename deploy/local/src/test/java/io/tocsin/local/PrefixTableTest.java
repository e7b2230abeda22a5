package io.tocsin.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrefixTableTest {

    private static final Path SHIPPED = Path.of("../helm/tocsin/files/prefixes.csv");

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /api/machines                                  | RESPONSE
            /api/machines/                                 | RESPONSE
            /api/machines/findbyip(ip='10.0.0.4')/alerts   | RESPONSE
            /api/v1.0/machineactions/7/cancel              | RESPONSE
            /v1/feeds/actions                              | RESPONSE
            /agent/v1/enroll                               | RESPONSE
            /api/indicators/import                         | INDICATOR
            /api/Software                                  | INDICATOR
            /v1/indicators/match                           | INDICATOR
            /v1/feeds/indicators                           | INDICATOR
            /taxii2/                                       | INDICATOR
            /api/alerts/da1_2/machine                      | ALERT
            /v1/feeds/alerts                               | ALERT
            /v1/events                                     | ALERT
            /5f7c0d0e-7b64-4f6f-8a44-1d7a0d4f8f10/oauth2/token | ALERT
            /                                              | ALERT
            """)
    void shouldRouteByThePrefixesOfTheChart(String path, Service owner) throws IOException {
        assertThat(PrefixTable.read(SHIPPED).ownerOf(path)).isEqualTo(owner);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /api/Machines        | written otherwise
            /API/machines        | written otherwise
            /api/software        | written otherwise
            /api/machinesX       | another word that begins alike
            /api/machin%65s      | encoded
            //api/machines       | a doubled slash
            /api/v2.0/machines   | another version
            """)
    void shouldLeaveToAlertServiceWhatAnIngressWouldNotKnow(String path, String why) throws IOException {
        assertThat(PrefixTable.read(SHIPPED).ownerOf(path)).as(why).isEqualTo(Service.ALERT);
    }

    @Test
    void shouldPreferTheLongestPrefix() throws IOException {
        // Given
        var csv = file("prefix,service\n/api/x,response-service\n/api/x/y,indicator-service\n");

        // When
        var prefixes = PrefixTable.read(csv);

        // Then
        assertThat(prefixes.ownerOf("/api/x/z")).isEqualTo(Service.RESPONSE);
        assertThat(prefixes.ownerOf("/api/x/y/z")).isEqualTo(Service.INDICATOR);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /api/x,response-service                                   | does not begin with
            prefix,service;/api/x,other-service                       | other-service
            prefix,service;/api/x/,alert-service                      | /api/x/
            prefix,service;/api/x,alert-service;/api/x,alert-service  | twice
            """)
    void shouldRefuseAFileThatCannotBeMeant(String content, String message) throws IOException {
        var csv = file(content.replace(';', '\n') + "\n");

        assertThatThrownBy(() -> PrefixTable.read(csv)).hasMessageContaining(message);
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("prefixes.csv"), content);
    }
}
