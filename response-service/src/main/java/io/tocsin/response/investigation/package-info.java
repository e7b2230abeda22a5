/// Automated investigations: what begins one, and how it stands (contract 40, docs/adr/037).
package io.tocsin.response.investigation;
