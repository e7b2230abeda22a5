package io.tocsin.limits;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/// How many calls an application may make of a route.
@ConfigMapping(prefix = "tocsin.limits")
interface LimitsConfig {

    /// `default`: the figure of `each-route` for every route; `defender`: the documented figures of contract 00 §5;
    /// `off`.
    @WithDefault("default")
    LimitProfile profile();

    /// What a route without a figure of its own allows, for example `6000/min 100000/h`, or `off`.
    @WithDefault("6000/min")
    String eachRoute();

    /// Figures that stand above the profile's, by route as `routes.csv` spells it:
    /// `POST /v1/alerts 60000/min,GET /api/alerts 300/min 5000/h,POST /v1/events off`.
    Optional<List<String>> overrides();
}
