package io.tocsin.indicator.source;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;

/// A source as it is made or replaced (docs/api.md).
///
/// @param trust `Full` when it is left out
/// @param indicatorType what entries are that do not say it; left out: guessed
/// @param action what entries do that do not say it
/// @param expiresIn seconds after which an entry ends that is in the list no more; left out: never
/// @param every seconds from one fetching to the next
/// @param columns of a table without a header
@RegisterForReflection
record SourceRequest(
        @NotBlank @Pattern(regexp = "[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}")
        String name,

        @NotNull Source.Kind kind,
        @NotBlank @Size(max = 2048) String url,
        Boolean enabled,
        Source.Trust trust,
        String indicatorType,
        @NotBlank String action,
        @Size(max = 512) String title,
        @Size(max = 4000) String description,
        String severity,
        Boolean generateAlert,
        @Min(3_600) @Max(315_360_000) Long expiresIn,
        @NotNull @Min(60) @Max(2_592_000) Long every,
        @Size(max = 100) List<@NotNull @Size(max = 64) String> columns,
        @Valid Login login) {

    /// @param name of a user with `Basic`, of a header with `Header`
    /// @param secret password, token or value; left out of a replacement: the one there was
    @RegisterForReflection
    record Login(
            @NotNull Source.Login kind,
            @Size(max = 256) String name,
            @Size(max = 8192) String secret) {}
}
