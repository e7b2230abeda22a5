package io.tocsin.response.machine;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.util.Collections;
import java.util.List;

/// An update an agent found missing on its machine.
///
/// @param id the number of the article
/// @param cveAddressed how many vulnerabilities the update says it mends
@RegisterForReflection
public record MissingKbReport(
        @NotNull @Pattern(regexp = "\\d{1,20}") String id,
        @NotBlank @Size(max = 512) String name,
        @PositiveOrZero Long osBuild,
        @Size(max = 64) List<@NotBlank @Size(max = 256) String> productsNames,
        @Pattern(regexp = "https?://\\S{1,2040}") String url,
        @PositiveOrZero Long cveAddressed) {

    public MissingKbReport {
        productsNames = productsNames == null ? List.of() : Collections.unmodifiableList(productsNames);
    }
}
