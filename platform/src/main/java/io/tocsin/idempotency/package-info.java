/// `Idempotency-Key`: a request sent twice has one effect and one answer (docs/adr/014).
package io.tocsin.idempotency;
