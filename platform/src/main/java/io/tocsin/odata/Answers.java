package io.tocsin.odata;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.wire.CallerUri;
import io.tocsin.wire.CollectionBody;
import jakarta.enterprise.context.RequestScoped;
import java.util.Collections;
import java.util.List;

/// Writes a page as its query asked for it: the selected properties, the count, the address of the next page.
@RequestScoped
public class Answers {

    private final CallerUri uri;
    private final ObjectMapper json;

    Answers(CallerUri uri, ObjectMapper json) {
        this.uri = uri;
        this.json = json;
    }

    /// The query of this request.
    public ODataQuery query(EntityModel model) {
        return ODataQuery.of(model, uri.query());
    }

    /// @param entitySet `Alerts`, as in `@odata.context`
    /// @param count all rows the filter leaves, or null when not asked for
    public CollectionBody<Object> page(String entitySet, ODataQuery query, List<?> rows, Long count) {
        return page(entitySet, query, rows, count, false);
    }

    /// @param shortened whether these are fewer rows than there are to give, since they would be too large together
    public CollectionBody<Object> page(
            String entitySet, ODataQuery query, List<?> rows, Long count, boolean shortened) {
        return new CollectionBody<>(
                uri.context(entitySet + query.projection()),
                count,
                Collections.unmodifiableList(query.select().isEmpty() ? rows : selected(query, rows)),
                shortened
                        ? query.nextLinkOfShortened(uri.url(), uri.query(), rows.size())
                        : query.nextLink(uri.url(), uri.query(), rows.size()));
    }

    /// A page of an entity whose pages go on by token.
    ///
    /// @param end where this page ended; its text becomes the next one's `$skiptoken`
    public CollectionBody<Object> pageByToken(String entitySet, ODataQuery query, List<?> rows, Object end) {
        return new CollectionBody<>(
                uri.context(entitySet + query.projection()),
                null,
                Collections.unmodifiableList(query.select().isEmpty() ? rows : selected(query, rows)),
                query.nextLinkByToken(uri.url(), uri.query(), rows.size(), end));
    }

    private List<ObjectNode> selected(ODataQuery query, List<?> rows) {
        var names = query.selectedAndExpanded();
        return rows.stream()
                .map(row -> json.<ObjectNode>valueToTree(row).retain(names))
                .toList();
    }
}
