/// The channel of the endpoints, `/agent/v1`: enrolment, check-in, actions by long poll, reports (docs/api.md).
package io.tocsin.response.agent;
