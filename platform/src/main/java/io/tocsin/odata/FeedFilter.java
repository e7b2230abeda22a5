package io.tocsin.odata;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The one query option a feed has: it comes in one order, whole, and from a cursor.
public final class FeedFilter {

    private static final String FILTER = "$filter";

    private FeedFilter() {}

    /// Of the query of a request.
    ///
    /// @throws ProblemException 400 when it has another option
    public static ODataQuery of(EntityModel model, Map<String, List<String>> query) {
        Map<String, List<String>> options = query.entrySet().stream()
                .filter(option -> option.getKey().startsWith("$"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        options.keySet().stream()
                .filter(name -> !name.equalsIgnoreCase(FILTER))
                .findFirst()
                .ifPresent(other -> {
                    throw new ProblemException(CommonProblem.ODATA_ERROR, "A feed has no query option but $filter");
                });
        return ODataQuery.of(model, options);
    }

    /// One that lets everything through when there is none.
    public static ODataQuery of(EntityModel model, String filter) {
        return ODataQuery.of(model, filter == null ? Map.of() : Map.of(FILTER, List.of(filter)));
    }
}
