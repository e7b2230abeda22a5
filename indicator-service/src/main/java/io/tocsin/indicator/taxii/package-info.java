/// A TAXII 2.1 server over the registry: indicators as STIX 2.1 objects, in and out (docs/adr/044).
package io.tocsin.indicator.taxii;
