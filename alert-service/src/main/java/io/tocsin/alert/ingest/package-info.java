/// The doors through which alerts come in: any product's by `/v1/alerts`, an event's by reference, an indicator's
/// match.
package io.tocsin.alert.ingest;
