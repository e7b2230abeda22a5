/// Recurring work that one replica of a service does at a time, on the PostgreSQL the service already has.
package io.tocsin.jobs;
