/// Device telemetry coming in: Sysmon events and hunting rows become rows of `device_event`, and machines are sighted.
package io.tocsin.alert.telemetry;
