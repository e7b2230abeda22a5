/// What response-service knows of indicator-service: three calls, and the fields they need.
package io.tocsin.response.client.indicator;
