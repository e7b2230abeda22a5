/// OData query options, read leniently as the vendor's service does and compiled to bound SQL over a whitelist of
/// columns.
package io.tocsin.odata;
