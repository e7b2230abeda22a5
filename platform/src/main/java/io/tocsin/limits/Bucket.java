package io.tocsin.limits;

import java.util.UUID;

/// What calls are counted by.
record Bucket(UUID tenant, String application, String route) {}
