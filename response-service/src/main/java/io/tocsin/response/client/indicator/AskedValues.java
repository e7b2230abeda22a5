package io.tocsin.response.client.indicator;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// Values about which we ask what an indicator says.
@RegisterForReflection
public record AskedValues(List<Value> values) {

    @RegisterForReflection
    public record Value(String type, String value) {}

    public static AskedValues of(String type, String value) {
        return new AskedValues(List.of(new Value(type, value)));
    }
}
