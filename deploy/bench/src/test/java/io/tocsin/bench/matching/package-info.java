/// What a look-up of an indicator costs, beside what others would do it with on the same machine: make
/// bench-matching.
package io.tocsin.bench.matching;
