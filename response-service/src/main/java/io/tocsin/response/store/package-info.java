/// One way to run SQL in this service.
package io.tocsin.response.store;
