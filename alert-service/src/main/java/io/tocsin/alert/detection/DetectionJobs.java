package io.tocsin.alert.detection;

import io.tocsin.jobs.Job;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;

/// One job for each shard, so that replicas share the work.
@Dependent
class DetectionJobs {

    @Produces
    @Singleton
    Job first(DetectionFollower follower, DetectionConfig config) {
        return new Shard(0, follower, config);
    }

    @Produces
    @Singleton
    Job second(DetectionFollower follower, DetectionConfig config) {
        return new Shard(1, follower, config);
    }

    @Produces
    @Singleton
    Job third(DetectionFollower follower, DetectionConfig config) {
        return new Shard(2, follower, config);
    }

    @Produces
    @Singleton
    Job fourth(DetectionFollower follower, DetectionConfig config) {
        return new Shard(3, follower, config);
    }

    private record Shard(int number, DetectionFollower follower, DetectionConfig config) implements Job {

        private static final int MOST_LOOKS = 50;

        @Override
        public String name() {
            return EventShards.consumer(number);
        }

        @Override
        public Duration pause() {
            return config.pause();
        }

        @Override
        public void run() {
            for (int look = 0; look < MOST_LOOKS; look++) {
                if (!follower.look(number)) {
                    return;
                }
            }
        }
    }
}
