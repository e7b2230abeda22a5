/// What endpoints and other followers get: changes from a cursor on, all in force as of a cursor, and a small
/// approximate
/// filter (docs/adr/043).
package io.tocsin.indicator.feed;
