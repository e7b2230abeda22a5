/// Alerts as partners read and update them under `/api/alerts` (contract 10).
package io.tocsin.alert.triage;
