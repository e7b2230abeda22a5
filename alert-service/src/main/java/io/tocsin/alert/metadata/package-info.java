/// The document that describes the partner API to OData clients.
package io.tocsin.alert.metadata;
