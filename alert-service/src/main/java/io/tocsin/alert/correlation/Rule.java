package io.tocsin.alert.correlation;

/// Why an alert is in its incident, strongest first (docs/api.md).
enum Rule {
    First,
    SameProcessTree,
    SameMachineAndTime,
    SharedFileHash,
    SharedIpAddress,
    SharedDomain,
    SharedUrl,
    SharedAccount
}
