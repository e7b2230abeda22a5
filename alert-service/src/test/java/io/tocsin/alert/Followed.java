package io.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tocsin.alert.process.ProcessKeeper;
import io.tocsin.testkit.TestDatabase;
import java.time.Duration;

/// Waits for the followers of telemetry.
public final class Followed {

    private Followed() {}

    /// Until every shard stands at the end of the feed.
    public static void all() {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(TestDatabase.value(
                                """
                        select not exists (select from device_event) or %d = (
                            select count(*) from event_position p where p.consumer like '%s'
                              and not exists (select from device_event e where (e.change_xid, e.event_id) > (p.change_xid, p.event_id)))
                        """.formatted(ProcessKeeper.FOLLOWER_COUNT, ProcessKeeper.FOLLOWERS)))
                        .isEqualTo(true));
    }
}
