package io.tocsin.alert.entity;

/// What sightings are kept of.
public enum EntityKind {
    File,
    Domain,
    Ip,
    User
}
