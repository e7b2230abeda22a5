package io.tocsin.jobs;

import java.time.Duration;

/// One kind of recurring work of a service. Every bean of this type is run by [Jobs]; a failed run is tried again at
/// its
/// next time, so a run must be safe to repeat.
public interface Job {

    /// Unique within the service, stable over releases: it is the row's key in `scheduled_tasks_<service>`.
    String name();

    /// The pause between the end of a run and the start of the next; at least 100 ms.
    Duration pause();

    /// Does a bounded piece of work in its own short transactions.
    void run();
}
