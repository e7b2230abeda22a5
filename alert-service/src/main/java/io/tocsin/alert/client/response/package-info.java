/// What alert-service knows of response-service: one call, and the two fields of its answer that are needed.
package io.tocsin.alert.client.response;
