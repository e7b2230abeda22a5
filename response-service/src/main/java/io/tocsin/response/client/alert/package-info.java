/// What response-service knows of alert-service: its calls, and the fields of their answers that are needed.
package io.tocsin.response.client.alert;
