package io.tocsin.indicator.source;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// A source as it is told: never its secret.
@RegisterForReflection
record SourceView(
        String id,
        String name,
        Source.Kind kind,
        String url,
        boolean enabled,
        Source.Trust trust,
        String indicatorType,
        String action,
        String title,
        String description,
        String severity,
        Boolean generateAlert,
        Long expiresIn,
        long every,
        List<String> columns,
        Login login,
        String createdBy,
        WireTime createdTime,
        WireTime lastUpdateTime,
        WireTime nextRun,
        RunView lastRun) {

    @RegisterForReflection
    record Login(Source.Login kind, String name) {}

    @RegisterForReflection
    record All(List<SourceView> value) {}

    /// One fetching of the list.
    ///
    /// @param state `Waiting`, `Running`, `Stored`, `Unchanged` or `Failed`
    /// @param askedBy who asked for it, null when it was due
    /// @param refusals the first hundred
    @RegisterForReflection
    record RunView(
            String id,
            String state,
            boolean dryRun,
            String askedBy,
            WireTime begun,
            WireTime ended,
            Integer httpStatus,
            long read,
            long created,
            long updated,
            long unchanged,
            long refused,
            String error,
            JsonNode refusals) {}

    /// @param cursor for the next page, null behind the last
    @RegisterForReflection
    record Runs(List<RunView> value, String cursor) {}

    static SourceView of(Source it, RunView lastRun) {
        return new SourceView(
                Long.toString(it.id()),
                it.name(),
                it.kind(),
                it.url(),
                it.enabled(),
                it.trust(),
                it.type(),
                it.action(),
                it.title(),
                it.description(),
                it.severity(),
                it.generateAlert(),
                it.expires(),
                it.every(),
                it.columns(),
                new Login(it.login(), it.loginName()),
                it.createdBy(),
                it.created(),
                it.updated(),
                it.enabled() ? it.next() : null,
                lastRun);
    }
}
