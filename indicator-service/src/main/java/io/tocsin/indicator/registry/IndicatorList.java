package io.tocsin.indicator.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// @param cursor where to go on, null at the end
@RegisterForReflection
record IndicatorList(List<IndicatorView> value, String cursor) {}
