/// The feeds of actions and investigations (docs/adr/030, docs/adr/051).
package io.tocsin.response.feed;
