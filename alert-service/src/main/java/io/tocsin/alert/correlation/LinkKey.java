package io.tocsin.alert.correlation;

/// A value an alert can be linked by.
///
/// @param rule which rule it serves
/// @param value in the form in which equal means the same
public record LinkKey(Rule rule, String value) {}
