package io.tocsin.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SysmonEventTest {

    @Test
    void shouldReadWhatNxlogWrites() throws IOException {
        // When
        var event = event("""
                {"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"UtcTime":"2026-05-12 08:41:03.1",
                 "Image":"C:\\\\Windows\\\\System32\\\\cmd.exe","Hashes":"SHA1=AB,MD5=CD,SHA256=EF,IMPHASH=01"}
                """);

        // Then
        assertThat(event.timeOnTheWire()).isEqualTo("2026-05-12T08:41:03.100Z");
        assertThat(event.fileName()).isEqualTo("cmd.exe");
        assertThat(SysmonEvent.folder(event.text("Image"))).isEqualTo("C:\\Windows\\System32");
        assertThat(event.hash("SHA256")).hasValue("ef");
        assertThat(event.hash("SHA512")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.7", "8.8.8.8", "172.32.0.1", "2001:db8::1", "2a00:0:0:0:0:0:0:1"})
    void shouldTakeAnAddressOfTheInternetAsPublic(String address) {
        assertThat(SysmonEvent.isPublic(address)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.1.2.3",
                "172.18.39.6",
                "192.168.0.1",
                "127.0.0.1",
                "169.254.1.1",
                "100.64.0.1",
                "224.0.0.252",
                "255.255.255.255",
                "0.0.0.0",
                "0:0:0:0:0:0:0:1",
                "fe80:0:0:0:3816:b2ee:1b9b:324b",
                "fd00::1",
                "ff02::1",
                "-",
                "",
                "host.corp.example"
            })
    void shouldTakeNothingElseAsPublic(String address) {
        assertThat(SysmonEvent.isPublic(address)).isFalse();
    }

    private static SysmonEvent event(String json) throws IOException {
        return new SysmonEvent(new ObjectMapper().readTree(json));
    }
}
