/// Makes alerts of what other products write in forms of their own: OCSF, Suricata's EVE, and JSON as a tenant
/// says.
package io.tocsin.alert.mapping;
