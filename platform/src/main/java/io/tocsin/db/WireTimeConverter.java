package io.tocsin.db;

import io.tocsin.wire.WireTime;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;

/// A wire time is a `bigint` of ticks in every column of an entity (docs/adr/003).
@Converter(autoApply = true)
public class WireTimeConverter implements AttributeConverter<WireTime, Long> {

    @Override
    public Long convertToDatabaseColumn(WireTime time) {
        return time == null ? null : time.ticks();
    }

    @Override
    public WireTime convertToEntityAttribute(Long ticks) {
        return ticks == null ? null : new WireTime(ticks);
    }
}
