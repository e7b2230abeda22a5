package io.tocsin.indicator.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.indicator.ApiTest;
import io.tocsin.testkit.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// In which spellings a value is taken, and how it is answered (contract 50 §3, §7, §9).
@QuarkusTest
class IndicatorValuesTest extends ApiTest {

    private static final String SHA1 = "2B3C4D5E6F708192A3B4C5D6E7F8091A2B3C4D5E";

    @ParameterizedTest
    @CsvSource({
        "FileSha1, 2B3C4D5E6F708192A3B4C5D6E7F8091A2B3C4D5E, 2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e",
        "FileMd5, D41D8CD98F00B204E9800998ECF8427E, d41d8cd98f00b204e9800998ecf8427e",
        "FileSha256, 0F3C2F5B0F7F4D7C9B8A6E5D4C3B2A1908F7E6D5C4B3A29180F1E2D3C4B5A697, "
                + "0f3c2f5b0f7f4d7c9b8a6e5d4c3b2a1908f7e6d5c4b3a29180f1e2d3c4b5a697",
        "CertificateThumbprint, 2B3C4D5E6F708192A3B4C5D6E7F8091A2B3C4D5E, 2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e",
        "DomainName, ' Bad.Example ', Bad.Example",
        "DomainName, Bad.Example., Bad.Example",
        "DomainName, München.example, München.example",
        "Url, HTTPS://Bad.Example/A, HTTPS://Bad.Example/A",
        "Url, http://bad.example/?u=http://x.example/, http://bad.example/?u=http://x.example/",
        "Url, 'http://bad.example/a|b {c}', 'http://bad.example/a|b {c}'",
        "IpAddress, 2001:DB9::1, 2001:DB9::1",
        "IpAddress, 203.0.113.0, 203.0.113.0",
    })
    void shouldAnswerHashesInLowerCaseAndTheRestAsItWasSent(String type, String sent, String answered) {
        submit(json(sent, type, "Allowed")).statusCode(200).body("indicatorValue", is(answered));

        with("Ti.ReadWrite.All").get("/api/indicators").then().body("value[0].indicatorValue", is(answered));
        match(type, sent).body("value[0].matched", is(true)).body("value[0].indicator.indicatorValue", is(answered));
        match(type, answered).body("value[0].matched", is(true));
    }

    @Test
    void shouldAnswerLowerCaseAlsoWhenAnUpperCaseHashOfAnEarlierReleaseIsSentAgain() {
        // Given
        submit(json(SHA1, "FileSha1", "Block"));
        TestDatabase.update("update indicator set indicator_value = ?", SHA1);

        // Then
        submit(json(SHA1, "FileSha1", "Block"))
                .body("id", is("1"))
                .body("indicatorValue", is("2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e"));
    }

    @ParameterizedTest
    @CsvSource({
        "IpAddress, 009.9.9.9, InvalidInput",
        "IpAddress, 8.8.8.08, InvalidInput",
        "IpAddress, 8.8.00.8, InvalidInput",
        "IpAddress, 300.08.8.8, InvalidIpAddress",
        "IpAddress, 8.8.2056, InvalidIpAddress",
        "IpAddress, 134744072, InvalidIpAddress",
        "IpAddress, 0x8.8.8.8, InvalidIpAddress",
        "IpAddress, 8.8.8.8., InvalidIpAddress",
        "IpAddress, 8.8.8.8:53, InvalidIpAddress",
        "IpAddress, 8.8.8.0-8.8.8.9, InvalidIpAddress",
        "IpAddress, 8.8.8.8/32, InvalidIpAddress",
        "IpAddress, ８.8.8.8, InvalidIpAddress",
        "IpAddress, ::ffff:203.0.113.7, InvalidInput",
        "IpAddress, ::ffff:cb00:7107, InvalidInput",
        "IpAddress, ::203.0.113.7, InvalidInput",
        "IpAddress, 2001:db9::203.0.113.07, InvalidInput",
        "IpAddress, 2001:db9::1%eth0, InvalidIpAddress",
        "IpAddress, 2001:db9::1/128, InvalidIpAddress",
        "IpAddress, [2001:db9::1], InvalidIpAddress",
        "IpAddress, 2001:db9::00001, InvalidIpAddress",
        "IpAddress, 2001:db9::1::2, InvalidIpAddress",
        "DomainName, bad.example.., InvalidDomainName",
        "DomainName, .bad.example, InvalidDomainName",
        "DomainName, bad..example, InvalidDomainName",
        "DomainName, -bad.example, InvalidDomainName",
        "DomainName, bad.example:80, InvalidDomainName",
        "DomainName, bad.example/a, InvalidDomainName",
        "DomainName, localhost, InvalidDomainName",
        "DomainName, 8.8.8.8, InvalidDomainName",
        "DomainName, 8.8.8.8., InvalidDomainName",
        "DomainName, 8.8.08, InvalidDomainName",
        "DomainName, bad.0x7f, InvalidDomainName",
        "DomainName, faß.example, InvalidDomainName",
        "DomainName, ﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺ.example, InvalidDomainName",
        "Url, http://faß.example/, InvalidUrl",
        "Url, http://009.9.9.9/x, InvalidUrl",
        "Url, http://0x08080808/, InvalidUrl",
        "Url, http://134744072/, InvalidUrl",
        "Url, http://[2001:db9::1%25eth0]/, InvalidUrl",
        "Url, http://bad.example:99999/, InvalidUrl",
        "Url, http://good.example\\\\@bad.example/, InvalidUrl",
        "Url, http://bad.example\\u0009/, InvalidUrl",
        "Url, http://bad.example/a\\nb, InvalidUrl",
        "Url, mailto:x@bad.example, InvalidUrl",
        "Url, javascript:alert(1), InvalidUrl",
        "Url, http:///a, InvalidUrl",
        "Url, hxxp://bad.example/, InvalidUrl",
        "FileSha1, 2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e0, InvalidHashValue",
        "FileSha256, 2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e, InvalidHashValue",
        "FileMd5, ２b3c4d5e6f708192a3b4c5d6e7f8091a, InvalidHashValue",
        "CertificateThumbprint, 2B:3C:4D:5E:6F:70:81:92:A3:B4:C5:D6:E7:F8:09:1A:2B:3C:4D:5E, InvalidHashValue",
        "CertificateThumbprint, 0f3c2f5b0f7f4d7c9b8a6e5d4c3b2a1908f7e6d5c4b3a29180f1e2d3c4b5a697, InvalidHashValue",
    })
    void shouldRefuseWhatIsNoValueOfItsTypeOrCouldMeanTwo(String type, String value, String code) {
        submit(json(value, type, "Allowed")).statusCode(400).body("error.code", is(code));

        assertThat(TestDatabase.count("indicator")).isZero();
    }

    @Test
    void shouldRefuseAUrlThatIsLongerThanAllowedOnlyWhenWrittenInFull() {
        submit(json("http://bad.example/" + "東".repeat(400), "Url", "Block"))
                .statusCode(400)
                .body("error.code", is("InvalidInput"));
        submit(json("http://bad.example/" + "東".repeat(200), "Url", "Block")).statusCode(200);
    }
}
