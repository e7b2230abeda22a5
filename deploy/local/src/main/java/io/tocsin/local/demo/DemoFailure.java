package io.tocsin.local.demo;

/// A step of the demo did not hold.
final class DemoFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DemoFailure(String sentence) {
        super(sentence);
    }

    DemoFailure(String expected, String seen) {
        super("expected " + expected + "\n    but saw " + seen);
    }
}
