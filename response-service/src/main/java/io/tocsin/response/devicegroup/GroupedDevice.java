package io.tocsin.response.devicegroup;

import java.util.List;

/// What rules look at of a machine; a text nobody knows is empty and fulfils no condition.
record GroupedDevice(String dnsName, String osPlatform, List<String> tags) {

    GroupedDevice {
        dnsName = dnsName == null ? "" : dnsName;
        osPlatform = osPlatform == null ? "" : osPlatform;
    }

    String name() {
        int dot = dnsName.indexOf('.');
        return dot < 0 ? dnsName : dnsName.substring(0, dot);
    }

    String domain() {
        int dot = dnsName.indexOf('.');
        return dot < 0 ? "" : dnsName.substring(dot + 1);
    }
}
