package io.tocsin.alert.sigma;

import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which events a rule is about; each part may be null.
public record LogSource(String product, String category, String service) {

    @Override
    public String toString() {
        return Stream.of(product, category, service).filter(Objects::nonNull).collect(Collectors.joining("/"));
    }
}
