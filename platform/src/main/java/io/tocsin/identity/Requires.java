package io.tocsin.identity;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Which permissions open a route; any one is enough. A route with neither this nor [Open] is closed to everyone.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Requires {

    /// At least one permission.
    Permission[] value();

    /// What opens it to a person instead, where that is something else than for an application; empty: the same.
    Permission[] ofPeople() default {};
}
