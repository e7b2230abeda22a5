package io.tocsin.alert.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tocsin.testkit.TestDatabase;
import java.time.Duration;

/// Waits for the followers of telemetry.
final class Followed {

    private Followed() {}

    /// Until every shard stands at the end of the feed.
    static void all() {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(TestDatabase.value("""
                        select count(*) from event_position p where p.consumer like 'detection-_'
                          and not exists (select from device_event e where (e.change_xid, e.event_id) > (p.change_xid, p.event_id))
                        """)).isEqualTo((long) EventShards.COUNT));
    }
}
