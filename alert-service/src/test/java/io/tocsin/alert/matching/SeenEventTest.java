package io.tocsin.alert.matching;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.alert.client.indicator.MatchRequest.Name;
import io.tocsin.alert.client.indicator.MatchRequest.Observable;
import io.tocsin.wire.WireTime;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What is asked of an event.
class SeenEventTest {

    private static final String SHA256 = "a".repeat(64);
    private static final String SHA1 = "b".repeat(40);
    private static final String MD5 = "c".repeat(32);

    @Test
    void shouldAskForAFileOnceWithAllOfItsHashesSoThatOneIndicatorDecides() {
        assertThat(event(SHA256, SHA1, MD5, "d".repeat(40), "e".repeat(64)).observables())
                .containsExactly(
                        file(SHA256, new Name("FileSha1", SHA1), new Name("FileMd5", MD5)),
                        file("e".repeat(64), new Name("FileSha1", "d".repeat(40))));
    }

    @Test
    void shouldAskByTheStrongestHashThatIsOneWhenOthersAreMissingOrBroken() {
        assertThat(event(null, SHA1, "no hash", null, null).observables())
                .containsExactly(new Observable("FileSha1", SHA1));
        assertThat(event("no hash", null, MD5, SHA1, null).observables())
                .containsExactly(new Observable("FileMd5", MD5), new Observable("FileSha1", SHA1));
        assertThat(event("no hash", "", null, null, null).observables()).isEmpty();
    }

    @Test
    void shouldAskOnceWhenTheFileIsTheActingProcessItself() {
        assertThat(event(SHA256, SHA1, null, SHA1, SHA256).observables())
                .containsExactly(file(SHA256, new Name("FileSha1", SHA1)));
    }

    private static Observable file(String sha256, Name... also) {
        return new Observable("FileSha256", sha256, null, List.of(also));
    }

    private static SeenEvent event(String sha256, String sha1, String md5, String actorSha1, String actorSha256) {
        return new SeenEvent(
                new UUID(1, 2),
                "6".repeat(40),
                new WireTime(1),
                null,
                null,
                sha1,
                sha256,
                md5,
                actorSha1,
                actorSha256,
                null,
                "upd.exe",
                null);
    }
}
