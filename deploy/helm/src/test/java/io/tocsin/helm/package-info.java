/// What the chart renders: our decisions, held against many sets of values.
@NullMarked
package io.tocsin.helm;

import org.jspecify.annotations.NullMarked;
