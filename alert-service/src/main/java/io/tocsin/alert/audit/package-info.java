/// The audit as its readers see it: who changed what, sealed into a hash chain a tenant (docs/audit.md). The rows
/// themselves are written by every service in the transaction of the change (`io.tocsin.audit`).
package io.tocsin.alert.audit;
