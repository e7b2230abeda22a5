package io.tocsin.alert.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.outbound.AddressRange;
import io.tocsin.outbound.OutboundClient;
import io.tocsin.outbound.Targets.RefusedTargetException;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookTargetsTest {

    @ParameterizedTest
    @CsvSource({
        "8.8.8.8, true",
        "9.255.255.255, true",
        "11.0.0.0, true",
        "172.15.255.255, true",
        "172.32.0.0, true",
        "100.63.255.255, true",
        "100.128.0.0, true",
        "192.167.255.255, true",
        "223.255.255.255, true",
        "2606:4700::1111, true",
        "2a00:1450:4001::1, true",
        "3ffe::1, true",
        "10.0.0.0, false",
        "10.255.255.255, false",
        "172.16.0.0, false",
        "172.31.255.255, false",
        "192.168.0.1, false",
        "127.0.0.1, false",
        "127.255.255.255, false",
        "169.254.169.254, false",
        "100.64.0.0, false",
        "100.127.255.255, false",
        "0.0.0.0, false",
        "198.18.0.1, false",
        "192.0.0.192, false",
        "224.0.0.1, false",
        "255.255.255.255, false",
        "240.0.0.1, false",
        "::, false",
        "::1, false",
        "fe80::1, false",
        "fc00::1, false",
        "fdff::1, false",
        "ff02::1, false",
        "::ffff:127.0.0.1, false",
        "::ffff:8.8.8.8, true",
        "64:ff9b::7f00:1, false",
        "2002:7f00:1::, false",
        "2001:db8::1, false",
        "2001::1, false",
        "fec0::1, false",
        "100::1, false"
    })
    void shouldKnowWhichAddressesArePublic(String address, boolean isPublic) throws Exception {
        assertThat(AddressRange.isPublic(InetAddress.getByName(address))).isEqualTo(isPublic);
    }

    @ParameterizedTest
    @CsvSource({
        "https://127.0.0.1/",
        "https://localhost/",
        "https://2130706433/",
        "https://127.1/",
        "https://0x7f.0x0.0x0.0x1/",
        "https://0x7f000001/",
        "https://[::ffff:127.0.0.1]/",
        "http://8.8.8.8/"
    })
    void shouldNotResolveWhatLeadsInside(String url) {
        var targets = new WebhookTargets(false, java.util.List.of());

        assertThatThrownBy(() -> targets.allowed().resolve(url)).isInstanceOf(RefusedTargetException.class);
    }

    @Test
    void shouldTakeWhatTheOperatorAllowsAndNothingBeside() throws Exception {
        var targets = new WebhookTargets(true, java.util.List.of("10.20.0.0/16", "LOCALHOST", "::1"));

        assertThat(targets.allowed().resolve("http://10.20.255.1:81/x").port()).isEqualTo(81);
        assertThat(targets.allowed().resolve("https://localhost/").address().isLoopbackAddress())
                .isTrue();
        assertThat(targets.allowed().resolve("https://[::1]/").port()).isEqualTo(443);
        assertThatThrownBy(() -> targets.allowed().resolve("http://10.21.0.1/"))
                .isInstanceOf(RefusedTargetException.class);
        assertThatThrownBy(() -> targets.allowed().resolve("http://127.0.0.1/"))
                .isInstanceOf(RefusedTargetException.class);
    }

    @Test
    void shouldReadHowLongATargetAsksToWait() {
        assertThat(OutboundClient.retryAfter("7")).hasSeconds(7);
        assertThat(OutboundClient.retryAfter("Wed, 21 Oct 2015 07:28:00 GMT")).isZero();
        assertThat(OutboundClient.retryAfter("soon")).isNull();
        assertThat(OutboundClient.retryAfter(null)).isNull();
    }
}
