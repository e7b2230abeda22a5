/// Device groups: ranked rules that put every machine into one group, and the user groups that may see it
/// (`/v1/device-groups`, contract 20 §3, docs/adr/016).
package io.tocsin.response.devicegroup;
