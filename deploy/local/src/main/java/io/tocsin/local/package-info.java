/// Starts and stops the whole platform on one machine: PostgreSQL, Keycloak, the three services and a gateway.
@NullMarked
package io.tocsin.local;

import org.jspecify.annotations.NullMarked;
