package io.tocsin.alert.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class MachineIdTest {

    private static final UUID TENANT = UUID.fromString("7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10");

    /// The same vector stands in response-service: both must compute the same id.
    @Test
    void shouldBeTheSameEverywhereWhenTheNameIsTheSame() {
        assertThat(MachineId.ofName(TENANT, "FIN-ws-014.corp.example"))
                .isEqualTo("985f89a48c726b0f152e7dce69d2dd03581794e9");
    }

    @Test
    void shouldKeepTheSendersIdWhenItIsFortyHexDigits() {
        assertThat(MachineId.of(TENANT, "A".repeat(40), "x")).isEqualTo("a".repeat(40));
        assertThat(MachineId.of(TENANT, "00000000-0000-0000-0000-000000000000", "x"))
                .isEqualTo(MachineId.ofName(TENANT, "X"));
    }
}
