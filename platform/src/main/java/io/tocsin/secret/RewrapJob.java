package io.tocsin.secret;

import io.quarkus.logging.Log;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.audit.Audit;
import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;

/// Wraps the data keys of earlier master keys by the current one, so that the earlier can be taken away. What
/// they sealed is not touched.
@ApplicationScoped
class RewrapJob implements Job {

    private static final int BATCH = 100;
    private static final int MOST_BATCHES = 50;

    private final DataKeyRepository keys;
    private final MasterKeys masters;
    private final SecretConfig config;
    private final Audit audit;

    RewrapJob(DataKeyRepository keys, MasterKeys masters, SecretConfig config, Audit audit) {
        this.keys = keys;
        this.masters = masters;
        this.config = config;
        this.audit = audit;
    }

    @Override
    public String name() {
        return "rewrap-data-keys";
    }

    @Override
    public Duration pause() {
        return config.pause();
    }

    @Override
    public void run() {
        if (masters.fault().isPresent()) {
            return; // health says it, and every request that needs a key
        }
        for (int batch = 0; batch < MOST_BATCHES; batch++) {
            int done = QuarkusTransaction.requiringNew().call(this::wrapSome);
            if (done > 0) {
                Log.infof(
                        "Data keys wrapped anew: keys=%d masterKey=%s",
                        done, masters.ring().current());
            }
            if (done < BATCH) {
                return;
            }
        }
    }

    private int wrapSome() {
        MasterKeyRing ring = masters.ring();
        int done = 0;
        for (WrappedKey before : keys.outdated(ring, config.rest(), BATCH)) {
            try {
                done += wrap(before, ring) ? 1 : 0;
            } catch (WrongMasterKeyException one) {
                masters.say(one.getMessage()); // and it keeps none of the others back
            }
        }
        return done;
    }

    private boolean wrap(WrappedKey before, MasterKeyRing ring) {
        DataKey key = before.unwrapped(keys.service(), ring.key(before.masterKey()));
        WrappedKey after = WrappedKey.of(key, keys.service(), ring);
        if (!keys.rewrap(before, after)) {
            return false;
        }
        audit.record(
                before.tenant(),
                keys.service(),
                "data-key.rewrap",
                before.id().toString(),
                Map.of("before", before.masterKey(), "after", after.masterKey()));
        return true;
    }
}
