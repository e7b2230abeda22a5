/// Which indicators could speak of a value, from memory (docs/adr/041): keys of 128 bits and the ids behind them, kept
/// up
/// with the table by the change feed. It only ever says "maybe": whoever asks confirms a hit against the row.
package io.tocsin.indicator.index;
