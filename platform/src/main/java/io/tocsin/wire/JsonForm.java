package io.tocsin.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;

/// How JSON is read and written everywhere: names in any case, unknown ones ignored, nothing after the value, nesting
/// and
/// string lengths bounded, no NUL in a text, and every property written, `null` when unset (contract 00 §3, §6,
/// wire-facts §7).
@Singleton
public class JsonForm implements ObjectMapperCustomizer {

    private static final int MOST_NESTING = 64;
    private static final int LONGEST_STRING = 4 * 1024 * 1024;

    @Override
    @SuppressWarnings("deprecation") // the builder's way, which Quarkus does not offer here
    public void customize(ObjectMapper mapper) {
        mapper.configure(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES, true);
        mapper.configure(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS, true);
        mapper.configure(MapperFeature.ACCEPT_CASE_INSENSITIVE_VALUES, true);
        mapper.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
        mapper.configure(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, true);
        mapper.configure(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS, true);
        mapper.registerModule(new SimpleModule("tocsin-text").addDeserializer(String.class, new TextDeserializer()));
        mapper.setDefaultPropertyInclusion(JsonInclude.Include.ALWAYS);
        mapper.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MOST_NESTING)
                        .maxStringLength(LONGEST_STRING)
                        .build());
    }
}
