/// The indicator registry: `/api/indicators` (contract 50).
package io.tocsin.indicator.registry;
