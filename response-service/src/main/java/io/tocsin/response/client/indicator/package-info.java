/// What response-service knows of indicator-service: one call, and the fields it sends.
package io.tocsin.response.client.indicator;
