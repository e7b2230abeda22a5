package io.tocsin.wire;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The most bytes a route reads of a body, after decompression; without it [BodyBounds#DEFAULT]. More is 413.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface MaxBody {

    /// Bytes, at least 1.
    long value();
}
