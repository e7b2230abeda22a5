/// Secrets at rest: sealed with data keys of their tenant, which are wrapped by master keys from outside
/// (docs/adr/023).
package io.tocsin.secret;
