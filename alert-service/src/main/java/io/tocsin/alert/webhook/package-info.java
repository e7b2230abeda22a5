/// Sends what changed to targets of a tenant's choosing: `/v1/webhooks` (docs/adr/035).
package io.tocsin.alert.webhook;
