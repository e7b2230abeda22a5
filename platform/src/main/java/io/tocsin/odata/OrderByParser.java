package io.tocsin.odata;

import java.util.HashSet;
import java.util.Set;

/// Reads `$orderby` and ends it with the entity's own order, so that pages never overlap.
final class OrderByParser {

    private final EntityModel model;
    private final TokenCursor cursor;
    private final Set<Property> named = new HashSet<>();
    private final StringBuilder sql = new StringBuilder();

    private OrderByParser(EntityModel model, TokenCursor cursor) {
        this.model = model;
        this.cursor = cursor;
    }

    static String parse(EntityModel model, String orderBy) {
        var parser = new OrderByParser(model, new TokenCursor(Lexer.tokens(Option.ORDERBY, orderBy)));
        parser.items();
        return parser.sql + model.defaultOrder();
    }

    private void items() {
        do {
            item();
        } while (cursor.takeSymbol(","));
        cursor.expectEnd("',', 'asc', 'desc'");
    }

    private void item() {
        Property property = sortable(cursor.expectName("a property"));
        boolean descending = cursor.takeWord("desc");
        if (!descending) {
            cursor.takeWord("asc");
        }
        sql.append(column(property))
                .append(descending ? " desc" : " asc")
                .append(nulls(property, descending))
                .append(", ");
    }

    private Property sortable(Token name) {
        Property property = model.property(name);
        if (property.kind().isCollection()) {
            throw name.fault(property.name() + " is a collection; it has no order");
        }
        if (!named.add(property)) {
            throw name.fault(property.name() + " is named twice");
        }
        return property;
    }

    private static String column(Property property) {
        var folding = property.kind() == Kind.CASE_INSENSITIVE_STRING ? Folding.LOWER : Folding.NONE;
        return folding.column(property.column());
    }

    /// OData takes a missing value for the smallest, PostgreSQL for the largest. Said only where there can be one, as a
    /// plain index does not serve it.
    private static String nulls(Property property, boolean descending) {
        if (property.required()) {
            return "";
        }
        return descending ? " nulls last" : " nulls first";
    }
}
