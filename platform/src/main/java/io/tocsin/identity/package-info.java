/// Who calls and what they may do: bearer tokens become one [io.tocsin.identity.Caller], and a route is closed unless
/// it
/// says which permission opens it.
package io.tocsin.identity;
