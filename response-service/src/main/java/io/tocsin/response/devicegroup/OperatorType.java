package io.tocsin.response.devicegroup;

import java.util.function.BiPredicate;

/// How a condition compares; never by case. `In` is for lists, the others for single values.
public enum OperatorType {
    StartsWith(String::startsWith),
    EndsWith(String::endsWith),
    Equals(String::equals),
    Contains(String::contains),
    In(String::equals);

    private final BiPredicate<String, String> test;

    OperatorType(BiPredicate<String, String> test) {
        this.test = test;
    }

    /// Both in lower case.
    boolean holds(String text, String value) {
        return test.test(text, value);
    }
}
