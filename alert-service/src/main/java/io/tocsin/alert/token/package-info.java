/// The token routes partners know from the vendor's authority, kept before the configured issuer, so that a connector
/// changes its authority's host and nothing else.
package io.tocsin.alert.token;
