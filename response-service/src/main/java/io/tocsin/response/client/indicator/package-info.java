/// What response-service knows of indicator-service: a few calls, and the fields they need.
package io.tocsin.response.client.indicator;
