package io.tocsin.response.action;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A command of a live response as it is sent and shown (contract 30 §5).
@RegisterForReflection
public record LiveCommand(
        @NotBlank @Size(max = 32) String type,
        @NotNull @Size(max = 8) List<@NotNull @Valid Parameter> params) {

    /// @param key `FileName`, `ScriptName`, `Args` or `Path`
    @RegisterForReflection
    public record Parameter(
            @NotBlank @Size(max = 32) String key,
            @NotNull @Size(max = 4000) String value) {}

    /// What a command does, in the order they must come in.
    enum Kind {
        PutFile("FileName", List.of()),
        RunScript("ScriptName", List.of("Args")),
        GetFile("Path", List.of());

        private final String subject;
        private final List<String> others;

        Kind(String subject, List<String> others) {
            this.subject = subject;
            this.others = others;
        }

        boolean isOfLibrary() {
            return this != GetFile;
        }

        /// Whether a result can be downloaded when it is done.
        boolean hasResult() {
            return this != PutFile;
        }
    }

    /// In the contract's spelling, with every parameter known and the one that must be there.
    ///
    /// @throws ProblemException 400 when it is no command
    LiveCommand checked() {
        Kind kind = kind();
        List<Parameter> spelled =
                params.stream().map(given -> spelled(kind, given)).toList();
        Set<String> keys =
                new LinkedHashSet<>(spelled.stream().map(Parameter::key).toList());
        if (keys.size() < spelled.size()) {
            throw invalid("A parameter of " + kind + " is given twice");
        }
        if (!keys.contains(kind.subject)) {
            throw new ProblemException(
                    CommonProblem.MISSING_REQUIRED_PARAMETER, kind + " needs the parameter " + kind.subject);
        }
        return new LiveCommand(kind.name(), spelled);
    }

    private static Parameter spelled(Kind kind, Parameter given) {
        String key = Stream.concat(Stream.of(kind.subject), kind.others.stream())
                .filter(given.key().strip()::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(() -> invalid("'" + given.key() + "' is no parameter of " + kind));
        if (key.equals(kind.subject) && given.value().isBlank()) {
            throw invalid(key + " is empty");
        }
        return new Parameter(key, given.value());
    }

    Kind kind() {
        return Stream.of(Kind.values())
                .filter(known -> known.name().equalsIgnoreCase(type.strip()))
                .findFirst()
                .orElseThrow(() -> invalid("'" + type + "' is none of PutFile, RunScript, GetFile"));
    }

    /// The library's file it is about, if any.
    Optional<String> libraryFile() {
        Kind kind = kind();
        return params.stream()
                .filter(parameter -> kind.isOfLibrary() && parameter.key().equals(kind.subject))
                .map(Parameter::value)
                .findFirst();
    }

    /// Every command checked, and their order with them.
    ///
    /// @throws ProblemException 400 when one is none or comes too late
    public static List<LiveCommand> inOrder(List<LiveCommand> commands) {
        List<LiveCommand> checked = commands.stream().map(LiveCommand::checked).toList();
        for (int i = 1; i < checked.size(); i++) {
            if (checked.get(i).kind().compareTo(checked.get(i - 1).kind()) < 0) {
                throw invalid("Commands come in the order PutFile, RunScript, GetFile");
            }
        }
        return checked;
    }

    private static ProblemException invalid(String message) {
        return new ProblemException(CommonProblem.INVALID_INPUT, message);
    }
}
