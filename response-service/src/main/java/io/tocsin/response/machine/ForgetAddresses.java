package io.tocsin.response.machine;

import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;

/// Forgets the addresses agents told that no `findbyip` may ask for any more (contract 20 §2: 30 days).
@ApplicationScoped
class ForgetAddresses implements Job {

    private static final int KEPT_DAYS = 31;
    private static final int AT_ONCE = 5_000;

    private final MachineService machines;

    ForgetAddresses(MachineService machines) {
        this.machines = machines;
    }

    @Override
    public String name() {
        return "forget-addresses";
    }

    @Override
    public Duration pause() {
        return Duration.ofMinutes(10);
    }

    @Override
    public void run() {
        int day = Math.toIntExact(LocalDate.now(ZoneOffset.UTC).toEpochDay()) - KEPT_DAYS;
        int gone = AT_ONCE;
        while (gone == AT_ONCE) {
            gone = machines.forgetAddresses(day, AT_ONCE);
        }
    }
}
