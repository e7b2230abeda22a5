/// What changed, in an order that is the same for every reader: `/v1/feeds/{alerts,incidents,events}` (docs/adr/030).
package io.tocsin.alert.feed;
