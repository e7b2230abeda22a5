/// The library of live responses: `/api/libraryfiles` (contract 30 §5.1).
package io.tocsin.response.library;
