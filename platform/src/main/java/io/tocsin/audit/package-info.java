/// The append-only record of every change: who, with which permission, did what to which target.
package io.tocsin.audit;
