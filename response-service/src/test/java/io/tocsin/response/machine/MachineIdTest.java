package io.tocsin.response.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class MachineIdTest {

    /// The same vector stands in alert-service: both must compute the same id.
    @Test
    void shouldBeTheSameEverywhereWhenTheNameIsTheSame() {
        assertThat(MachineId.ofName(UUID.fromString("7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10"), "FIN-ws-014.corp.example"))
                .isEqualTo("985f89a48c726b0f152e7dce69d2dd03581794e9");
    }
}
