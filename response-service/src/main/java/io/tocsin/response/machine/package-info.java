/// Machines, known from telemetry and from their agents: `/api/machines` (contract 20).
package io.tocsin.response.machine;
