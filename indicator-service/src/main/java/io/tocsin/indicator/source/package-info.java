/// Fetches lists of indicators on schedule from where a tenant says: `/v1/indicators/sources` (docs/adr/063).
package io.tocsin.indicator.source;
