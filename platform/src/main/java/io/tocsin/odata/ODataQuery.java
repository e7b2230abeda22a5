package io.tocsin.odata;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The query options of one request, checked and compiled.
///
/// @param where a boolean SQL text with `?` placeholders, safe to join by `and`; `true` without a `$filter`
/// @param parameters what to bind to them in order: `String`, `Long`, `Boolean` or `UUID`, never null
/// @param orderBy what follows `order by`
/// @param limit `$top`, or the size of a page
/// @param offset `$skip`, or 0
/// @param countWanted whether `@odata.count` is asked for
/// @param select the names to select, in the entity's order; empty when all are
/// @param expand the names to expand, as the model spells them
/// @param topGiven whether the caller set `$top`, which ends paging
/// @param skipToken where the page before ended, of an entity whose pages go on by token; else null
public record ODataQuery(
        String where,
        List<Object> parameters,
        String orderBy,
        int limit,
        long offset,
        boolean countWanted,
        List<String> select,
        Set<String> expand,
        boolean topGiven,
        String skipToken) {

    public ODataQuery {
        parameters = List.copyOf(parameters);
        select = List.copyOf(select);
        expand = Set.copyOf(expand);
    }

    /// Reads the options of a request. Their names come decoded, with or without `$`, in any case; other names without
    /// `$` are not ours and ignored.
    ///
    /// @throws io.tocsin.wire.ProblemException `ODataError` for every option we cannot honour
    public static ODataQuery of(EntityModel model, Map<String, List<String>> queryParameters) {
        var options = new Options(queryParameters);
        options.checkFor(model);
        var filter = options.text(Option.FILTER).map(text -> new SqlCompiler(FilterParser.parse(model, text)));
        return new ODataQuery(
                filter.map(SqlCompiler::sql).orElse("true"),
                filter.map(SqlCompiler::parameters).orElse(List.of()),
                options.text(Option.ORDERBY)
                        .map(text -> OrderByParser.parse(model, text))
                        .orElse(model.defaultOrder()),
                options.top(model),
                options.skip(),
                options.count(),
                options.text(Option.SELECT).map(model::selected).orElse(List.of()),
                options.text(Option.EXPAND).map(model::expanded).orElse(Set.of()),
                options.has(Option.TOP),
                options.skipToken(model));
    }

    /// What follows `where`: the order, and which rows of it. Their numbers stand in the text, since PostgreSQL can't
    /// estimate a page of unknown size and plans each anew, which costs more than to read it.
    public String page() {
        return page(limit);
    }

    /// The same of at most so many rows.
    public String page(int most) {
        return "order by " + orderBy + " limit " + Math.min(limit, most) + (offset == 0 ? "" : " offset " + offset);
    }

    /// The absolute address of the next page, or null when there is none: a `$top` was given, or the page was not full.
    ///
    /// @param callersUrl the resource as the caller addressed it, without its query
    public String nextLink(String callersUrl, Map<String, List<String>> queryParameters, int rowsOnPage) {
        boolean last = topGiven || rowsOnPage < limit;
        return last ? null : NextLink.of(callersUrl, queryParameters, offset + rowsOnPage);
    }

    /// The address of what was wanted of this page and is not on it, since its rows are too large together. A `$top`
    /// goes on with what is left of it.
    String nextLinkOfShortened(String callersUrl, Map<String, List<String>> queryParameters, int rowsOnPage) {
        return NextLink.of(
                callersUrl, queryParameters, offset + rowsOnPage, topGiven ? Long.toString(limit - rowsOnPage) : null);
    }

    /// The same for an entity whose pages go on by token.
    String nextLinkByToken(String callersUrl, Map<String, List<String>> queryParameters, int rowsOnPage, Object end) {
        boolean last = topGiven || rowsOnPage < limit;
        return last ? null : NextLink.byToken(callersUrl, queryParameters, end.toString());
    }

    /// What OData adds to the context of a projected answer: `(id,title)`, or nothing.
    String projection() {
        return select.isEmpty() ? "" : "(" + String.join(",", select) + ")";
    }

    /// What is expanded is answered, selected or not.
    Set<String> selectedAndExpanded() {
        var names = new HashSet<>(select);
        names.addAll(expand);
        return names;
    }

    /// Whether this name, spelled as in the model, is to be expanded.
    public boolean expands(String name) {
        return expand.contains(name);
    }
}
