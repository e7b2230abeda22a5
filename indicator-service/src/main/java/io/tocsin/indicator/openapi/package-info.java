/// The document that describes this service to people and to generators of clients.
package io.tocsin.indicator.openapi;
