/// Forgets alerts and incidents that nothing has happened to for longer than their tenant keeps them.
package io.tocsin.alert.retention;
