/// Tells what indicators have matched, and which have not for long (docs/adr/061).
package io.tocsin.indicator.sighting;
