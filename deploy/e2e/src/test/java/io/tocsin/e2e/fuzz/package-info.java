/// Requests nobody would send, and the rule every answer keeps all the same.
package io.tocsin.e2e.fuzz;
