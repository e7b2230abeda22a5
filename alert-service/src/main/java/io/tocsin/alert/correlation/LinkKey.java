package io.tocsin.alert.correlation;

/// A value an alert can be linked by.
///
/// @param rule which rule it serves
/// @param value in the form in which equal means the same
/// @param detail the same for a person
record LinkKey(Rule rule, String value, String detail) {}
