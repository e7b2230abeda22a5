package io.tocsin.wire;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The request as its caller wrote it: host and prefix go back into `@odata.context` and `@odata.nextLink`
/// (contract 00 §1), so that a client that came by `/api/v1.0` stays there.
@RequestScoped
public class CallerUri {

    private static final String PREFIX = "tocsin.prefix";
    private static final String PATH = "tocsin.path";

    private final RoutingContext request;

    CallerUri(RoutingContext request) {
        this.request = request;
    }

    static void remember(RoutingContext request, String prefix, String canonicalPath) {
        request.put(PREFIX, prefix);
        request.put(PATH, canonicalPath);
    }

    /// `https://host`, as the caller wrote it.
    public String origin() {
        return request.request().scheme() + "://" + request.request().authority();
    }

    /// `https://host/api` or `https://host/api/v1.0`, without a slash at its end.
    public String base() {
        return origin() + request.<String>get(PREFIX);
    }

    /// The value of `@odata.context` for a fragment such as `Alerts/$entity`.
    public String context(String fragment) {
        return base() + "/$metadata#" + fragment;
    }

    /// The caller's address of this resource without its query.
    public String url() {
        String path = request.get(PATH);
        return path.startsWith(ApiPrefix.PLAIN + "/")
                ? base() + path.substring(ApiPrefix.PLAIN.length())
                : origin() + path;
    }

    /// The query options, decoded, in the order they came.
    public Map<String, List<String>> query() {
        var options = new LinkedHashMap<String, List<String>>();
        request.queryParams()
                .forEach(option -> options.computeIfAbsent(option.getKey(), name -> new ArrayList<>())
                        .add(option.getValue()));
        return options;
    }
}
