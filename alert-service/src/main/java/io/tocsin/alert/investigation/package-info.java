/// Asks response-service for investigations of the alerts a tenant's policies name (docs/adr/034).
package io.tocsin.alert.investigation;
