package io.tocsin.indicator.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.tocsin.indicator.registry.ListImport;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/// Reads a document whose entries are the objects of arrays of one name, wherever they are, one at a time.
final class JsonEntries implements ListImport.Entries {

    private final JsonParser json;
    private final ObjectReader objects;
    private final String array;
    private final Function<JsonNode, List<ListImport.Entry>> reading;
    private final Deque<ListImport.Entry> read = new ArrayDeque<>();
    private boolean within;

    JsonEntries(ObjectMapper mapper, InputStream body, String array, Function<JsonNode, List<ListImport.Entry>> reading)
            throws IOException {
        this.json = mapper.getFactory().createParser(body);
        this.objects = mapper.readerFor(JsonNode.class).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        this.array = array;
        this.reading = reading;
    }

    @Override
    public ListImport.Entry next() throws IOException {
        try {
            while (read.isEmpty()) {
                JsonNode object = object();
                if (object == null) {
                    return null;
                }
                read.addAll(reading.apply(object));
            }
            return read.poll();
        } catch (JsonProcessingException broken) {
            throw new IOException("the list is no JSON, or broke off", broken);
        }
    }

    private JsonNode object() throws IOException {
        for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
            if (within && token == JsonToken.START_OBJECT) {
                return objects.readValue(json);
            }
            if (within && token == JsonToken.END_ARRAY) {
                within = false;
            } else if (!within
                    && token == JsonToken.FIELD_NAME
                    && json.currentName().equals(array)) {
                within = json.nextToken() == JsonToken.START_ARRAY;
            }
        }
        return null;
    }
}
