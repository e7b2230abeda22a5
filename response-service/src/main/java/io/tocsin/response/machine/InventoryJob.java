package io.tocsin.response.machine;

import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Adds up on how many machines things are, by what check-ins noted.
@ApplicationScoped
class InventoryJob implements Job {

    private static final int AT_ONCE = 5_000;

    private final MachineInventory inventory;

    InventoryJob(MachineInventory inventory) {
        this.inventory = inventory;
    }

    @Override
    public String name() {
        return "count-inventory";
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(1);
    }

    @Override
    public void run() {
        int counted = AT_ONCE;
        while (counted == AT_ONCE) {
            counted = inventory.count(AT_ONCE);
        }
    }
}
