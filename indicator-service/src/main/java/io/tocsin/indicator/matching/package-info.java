/// What the registry says of a value: the candidates, and the one that decides (contract 50 §6, §7).
package io.tocsin.indicator.matching;
