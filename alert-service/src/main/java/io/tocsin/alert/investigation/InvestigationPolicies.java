package io.tocsin.alert.investigation;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/// What takes the place of a tenant's policies.
///
/// @param value an alert is investigated when any of them asks for it
/// @param perHour investigations policies ask for in an hour at most, 1 to 1,000; 100 when it is left out
/// @param alertsByReference whether each alert made by reference is investigated, as the partner API has it (contract
/// 10
///     §4.3 rule 3), however many others are; yes when it is left out
@RegisterForReflection
public record InvestigationPolicies(
        @NotNull @Size(max = 50) List<@NotNull @Valid InvestigationPolicy> value,
        @Min(1) @Max(1_000) Integer perHour,
        Boolean alertsByReference) {

    static final int USUAL = 100;

    public InvestigationPolicies {
        perHour = perHour == null ? USUAL : perHour;
        alertsByReference = alertsByReference == null || alertsByReference;
    }
}
