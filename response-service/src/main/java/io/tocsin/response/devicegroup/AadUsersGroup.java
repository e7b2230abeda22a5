package io.tocsin.response.devicegroup;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/// A group of people that may see a device group.
///
/// @param displayName for people
/// @param id as the issuer writes it into the `groups` claim of a user's token, compared without case
@RegisterForReflection
public record AadUsersGroup(
        @Size(max = 256) String displayName,
        @NotBlank @Size(max = 256) String id) {}
