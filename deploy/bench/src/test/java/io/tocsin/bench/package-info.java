/// How fast the services are (docs/adr/029, deploy/bench/RESULTS.md).
package io.tocsin.bench;
