package io.tocsin.response.action;

import io.tocsin.response.machine.MachineView;
import java.util.List;

/// A machine that can do everything.
final class ProofMachine {

    private ProofMachine() {}

    static MachineView of(String id) {
        return new MachineView(
                id,
                null,
                false,
                false,
                null,
                null,
                null,
                null,
                "Windows10",
                null,
                null,
                null,
                null,
                null,
                null,
                19045L,
                "Active",
                "Normal",
                0,
                null,
                "None",
                "None",
                null,
                null,
                List.of(),
                "Onboarded",
                null,
                null,
                null,
                List.of(),
                null);
    }
}
