/// The documents that describe the partner API to OData clients and this service to everyone.
package io.tocsin.alert.metadata;
