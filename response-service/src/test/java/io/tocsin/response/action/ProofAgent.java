package io.tocsin.response.action;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/// An agent as docs/agent-protocol.md wants it: what it has begun stands on its disk before it begins, and what was
/// interrupted is not begun again. It counts what it carries out.
class ProofAgent {

    static final long FILE = 8;
    static final int PIECE = 4;

    /// What the disk knows of an action: it outlives the agent.
    static final class Memory {
        private final UUID id;
        private final ActionKind kind;
        private final int commands;
        private String lease;
        private boolean begun;
        private ActionStatus outcome;
        private boolean answered;
        private int command;
        private boolean commandBegun;
        private boolean commandDone;
        private boolean commandFailed;
        private long uploaded;

        private Memory(UUID id, ActionKind kind, int commands) {
            this.id = id;
            this.kind = kind;
            this.commands = commands;
        }

        UUID id() {
            return id;
        }

        /// What it has to report, or null.
        ActionStatus outcome() {
            return outcome;
        }

        @Override
        public String toString() {
            return kind + " begun=" + begun + " outcome=" + outcome + " answered=" + answered + " command=" + command
                    + (commandBegun ? " begun" : "") + (commandDone ? " done" : "") + " uploaded=" + uploaded;
        }
    }

    /// A request, and what the agent makes of its answer.
    interface Request {
        /// @return what the agent does when the answer reaches it
        Runnable on(ActionService service);

        /// The service has it, whether its answer comes or not.
        default void taken() {}

        /// What it does when it is refused.
        default void refused() {
            throw new IllegalStateException("refused: " + this);
        }
    }

    final Map<UUID, Memory> disk = new LinkedHashMap<>();
    final Map<String, Integer> carriedOut = new HashMap<>();
    final Map<String, Set<String>> reported = new HashMap<>();
    private final Set<UUID> atWork = new HashSet<>(); // forgotten when it dies
    private final UUID tenant;
    private final String machine;
    private final Random random;

    ProofAgent(UUID tenant, String machine, Random random) {
        this.tenant = tenant;
        this.machine = machine;
        this.random = random;
    }

    void dies() {
        atWork.clear();
        disk.values().forEach(it -> it.uploaded = 0); // it begins a file anew
    }

    /// It loses its disk, and does again what comes again.
    void forgets() {
        dies();
        disk.clear();
    }

    void hears(Delivered delivered) {
        for (DeliveredAction it : delivered.actions()) {
            Memory memory = disk.computeIfAbsent(UUID.fromString(it.id()), id -> remembered(id, it));
            memory.lease = it.leaseId();
            memory.answered = false;
            if (!memory.begun) {
                atWork.add(memory.id);
            }
        }
        for (String id : delivered.cancelled()) {
            Memory memory = disk.get(UUID.fromString(id));
            if (memory != null && !memory.begun && memory.outcome == null) {
                memory.outcome = ActionStatus.Failed; // and says so: it has not done it
            }
        }
    }

    /// What is `Completed` was done, by an agent that has forgotten it; what is `Executing` was interrupted.
    private static Memory remembered(UUID id, DeliveredAction it) {
        var memory = new Memory(id, ActionKind.valueOf(it.type()), it.commands().size());
        for (CommandResult command : it.commands()) {
            memory.command += command.commandStatus().equals("Completed") ? 1 : 0;
            memory.commandBegun |= command.commandStatus().equals("Executing");
        }
        memory.begun = memory.commandBegun;
        return memory;
    }

    boolean isIdle() {
        return disk.values().stream().allMatch(it -> it.answered);
    }

    /// Its next request, after what it does by itself; nothing when there was only that, or when there is nothing.
    Optional<Request> next() {
        Optional<Memory> open =
                disk.values().stream().filter(it -> !it.answered).findFirst();
        return open.flatMap(
                it -> it.outcome != null ? ended(it) : it.kind == ActionKind.LiveResponse ? command(it) : simple(it));
    }

    private Optional<Request> simple(Memory it) {
        if (!it.begun) {
            it.begun = true;
            atWork.add(it.id);
        } else if (atWork.contains(it.id)) {
            carriedOut.merge(it.id.toString(), 1, Integer::sum);
            it.outcome = random.nextInt(4) == 0 ? ActionStatus.Failed : ActionStatus.Succeeded;
        } else {
            it.outcome = ActionStatus.Failed; // it was interrupted, and does not know how far it came
        }
        return Optional.empty();
    }

    private Optional<Request> ended(Memory it) {
        boolean owesFile = it.kind == ActionKind.CollectInvestigationPackage
                && it.outcome == ActionStatus.Succeeded
                && it.uploaded < FILE;
        return Optional.of(owesFile ? piece(it, ActionFiles.PACKAGE) : report(it));
    }

    private Request report(Memory it) {
        ActionStatus says = it.outcome;
        String lease = it.lease;
        return new Request() {
            @Override
            public Runnable on(ActionService service) {
                Reported answer = service.report(
                        tenant, machine, it.id.toString(), lease, says, says == ActionStatus.Failed ? 5 : 0, null);
                return () -> {
                    it.answered = true;
                    if (answer.accepted() != answer.status().equals(says.name())) {
                        throw new IllegalStateException(answer + " is said of " + says);
                    }
                };
            }

            @Override
            public void taken() {
                reported.computeIfAbsent(it.id.toString(), id -> new HashSet<>())
                        .add(lease);
            }
        };
    }

    private Request piece(Memory it, String part) {
        long at = it.uploaded;
        return new Request() {
            @Override
            public Runnable on(ActionService service) {
                ActionFiles.Place place =
                        service.place(tenant, machine, it.id.toString(), part, it.lease, at, FILE, PIECE);
                Uploaded uploaded = place.known()
                        ? new Uploaded(place.received(), FILE, false)
                        : service.count(tenant, machine, it.id.toString(), part, place, at, FILE, PIECE);
                return () -> it.uploaded = uploaded.received();
            }

            @Override
            public void refused() { // the action has ended, or the file was begun anew under another lease
                it.uploaded = at == 0 ? FILE : 0;
            }
        };
    }

    private Optional<Request> command(Memory it) {
        if (it.command == it.commands) {
            it.outcome = ActionStatus.Succeeded;
            return Optional.empty();
        }
        if (!it.commandBegun) {
            return Optional.of(told(it, "Executing", () -> {
                it.begun = true;
                it.commandBegun = true;
                atWork.add(it.id);
            }));
        }
        if (!it.commandDone) {
            if (atWork.contains(it.id)) {
                carriedOut.merge(it.id + " " + it.command, 1, Integer::sum);
                it.commandFailed = random.nextInt(6) == 0;
            } else {
                it.commandFailed = true;
            }
            it.commandDone = true;
            return Optional.empty();
        }
        if (!it.commandFailed && it.uploaded < FILE) {
            return Optional.of(piece(it, Integer.toString(it.command)));
        }
        return Optional.of(told(it, it.commandFailed ? "Failed" : "Completed", () -> {
            if (it.commandFailed) {
                it.outcome = ActionStatus.Failed;
            }
            it.command++;
            it.commandBegun = false;
            it.commandDone = false;
            it.uploaded = 0;
        }));
    }

    private Request told(Memory it, String status, Runnable accepted) {
        int command = it.command;
        return new Request() {
            @Override
            public Runnable on(ActionService service) {
                CommandReported reported = service.reportCommand(
                        tenant,
                        machine,
                        it.id.toString(),
                        command,
                        it.lease,
                        status,
                        status.equals("Failed") ? List.of("it failed") : List.of());
                return () -> {
                    if (reported.accepted()) {
                        accepted.run();
                    } else {
                        it.outcome = ActionStatus.Failed; // it stands otherwise: it does not go on
                    }
                };
            }

            @Override
            public void
                    refused() { // the result is not there: it was begun anew, or the action had ended before it came
                it.outcome = ActionStatus.Failed;
            }
        };
    }
}
