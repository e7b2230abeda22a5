package io.tocsin.odata;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A row in memory: wire names to `String`, `Long` (also the ticks of a time), `Boolean`, `UUID`, a list of strings or
/// a
/// list of rows; a name without a value is null.
record Row(Map<String, Object> values) {

    static Row of(Object... namesAndValues) {
        var values = new HashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return new Row(values);
    }

    Object value(String name) {
        return values.get(name);
    }

    String id() {
        return (String) value("id");
    }

    @SuppressWarnings("unchecked")
    List<String> texts(String name) {
        return (List<String>) values.getOrDefault(name, List.of());
    }

    @SuppressWarnings("unchecked")
    List<Row> rows(String name) {
        return (List<Row>) values.getOrDefault(name, List.of());
    }
}
