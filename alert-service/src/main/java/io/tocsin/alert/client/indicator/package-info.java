/// What alert-service knows of indicator-service: one call, and the few fields of its answer that are needed.
package io.tocsin.alert.client.indicator;
