/// The platform tested whole, from outside: started by the commands of the README, spoken to over HTTP through its
/// gateway.
package io.tocsin.e2e;
