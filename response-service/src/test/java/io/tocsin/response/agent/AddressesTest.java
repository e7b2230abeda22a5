package io.tocsin.response.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "8.8.8.8, 8.8.8.8",
                "2606:4700::1111, 2606:4700:0:0:0:0:0:1111",
                "10.1.1.7, null",
                "127.0.0.1, null",
                "100.64.0.9, null",
                "fe80::1, null",
                "somewhere, null",
                "null, null"
            })
    void shouldTellWhereAMachineIsSeenFromOnlyWhenAnybodyCouldReachIt(String peer, String external) {
        assertThat(Addresses.external(peer)).isEqualTo(external);
    }
}
