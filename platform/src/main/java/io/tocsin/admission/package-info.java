/// How many requests are worked on at once, so that a service that is asked too much says so before it is exhausted
/// (docs/adr/013).
package io.tocsin.admission;
