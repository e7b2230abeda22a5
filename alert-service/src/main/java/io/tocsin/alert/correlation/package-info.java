/// Puts every alert into exactly one incident and says why (design §7, contract 95 §4).
package io.tocsin.alert.correlation;
