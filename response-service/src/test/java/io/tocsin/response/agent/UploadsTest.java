package io.tocsin.response.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UploadsTest {

    private final Uploads uploads = new Uploads(100);

    @Test
    void shouldHoldNoMoreThanThereIsRoomForAndGiveItBack() throws IOException {
        try (var one = uploads.begin(UUID.randomUUID())) {
            assertThat(one.read(new ByteArrayInputStream(new byte[60]))).hasSize(60);
            try (var other = uploads.begin(UUID.randomUUID())) {
                assertThatThrownBy(() -> other.read(new ByteArrayInputStream(new byte[41])))
                        .isInstanceOf(Uploads.NoRoomException.class);
            }
            try (var other = uploads.begin(UUID.randomUUID())) {
                assertThat(other.read(new ByteArrayInputStream(new byte[40]))).hasSize(40);
            }
        }
        try (var alone = uploads.begin(UUID.randomUUID())) {
            assertThat(alone.read(new ByteArrayInputStream(new byte[100]))).hasSize(100);
        }
    }

    @Test
    void shouldTakeOneOfAnAgentAtATime() {
        UUID agent = UUID.randomUUID();
        try (Uploads.Upload _ = uploads.begin(agent)) {
            assertThatThrownBy(() -> uploads.begin(agent)).isInstanceOf(Uploads.NoRoomException.class);
        }
        uploads.begin(agent).close();
    }
}
