package io.tocsin.observe;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;

/// Traces what the caller has decided to trace, a share of the rest, and no request that waits on purpose, whoever
/// asks.
@Singleton
class TraceSampler implements Sampler {

    private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");

    private final Sampler others;
    private final Set<String> waiting;

    TraceSampler(ObserveConfig config) {
        others = Sampler.parentBased(Sampler.traceIdRatioBased(config.traced()));
        waiting = config.waitingRoutes().orElse(Set.of());
    }

    @Override
    public SamplingResult shouldSample(
            Context parent, String trace, String name, SpanKind kind, Attributes attributes, List<LinkData> links) {
        String path = attributes.get(PATH);
        return kind == SpanKind.SERVER && path != null && waiting.contains(path)
                ? SamplingResult.drop()
                : others.shouldSample(parent, trace, name, kind, attributes, links);
    }

    @Override
    public String getDescription() {
        return "TraceSampler{" + others.getDescription() + "}";
    }
}
