/// Where services may connect to when a tenant names the address: nowhere inside, unless an operator allows it.
package io.tocsin.outbound;
