package io.tocsin.testkit;

/// A valid call of one route, with everything it needs made beforehand.
@FunctionalInterface
public interface Example {

    /// Makes what the route needs in the tenant, anew each time, and says how to call the route on it.
    Call in(Tenancy tenancy);
}
