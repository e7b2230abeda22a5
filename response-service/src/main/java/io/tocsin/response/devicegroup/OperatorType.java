package io.tocsin.response.devicegroup;

/// How a condition compares; never by case. `In` is for lists, the others for single values.
public enum OperatorType {
    StartsWith {
        @Override
        boolean holds(String text, String value) {
            return text.startsWith(value);
        }
    },
    EndsWith {
        @Override
        boolean holds(String text, String value) {
            return text.endsWith(value);
        }
    },
    Equals {
        @Override
        boolean holds(String text, String value) {
            return text.equals(value);
        }
    },
    Contains {
        @Override
        boolean holds(String text, String value) {
            return text.contains(value);
        }
    },
    In {
        @Override
        boolean holds(String text, String value) {
            return text.equals(value);
        }
    };

    /// Both in lower case.
    abstract boolean holds(String text, String value);
}
