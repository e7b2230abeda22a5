/// Positions in commit order that outlive a restore of the database (docs/adr/007, docs/adr/024).
package io.tocsin.feed;
