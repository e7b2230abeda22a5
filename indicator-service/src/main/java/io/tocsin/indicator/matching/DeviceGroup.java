package io.tocsin.indicator.matching;

/// The group a device is in, by what is known of it.
///
/// @param name null when unknown
/// @param id null when unknown
record DeviceGroup(String name, String id) {

    /// As a caller says it, who may mean either.
    static DeviceGroup named(String text) {
        return new DeviceGroup(text.strip(), text.strip());
    }
}
