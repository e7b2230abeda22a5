/// Indicators on their way to the endpoints: everything in force first, then every change (design §4 D).
package io.tocsin.response.indicatorfeed;
