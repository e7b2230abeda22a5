package io.tocsin.odata;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What one entity lets its callers filter, sort on, select and expand; immutable, built once in a static field.
///
/// Columns and the default order are SQL of ours and go into statements as they are: never pass anything from outside.
public final class EntityModel {

    private static final String EVERYTHING = "*";

    private final String entityName;
    private final Map<String, Property> properties;
    private final Map<String, String> selectables;
    private final Map<String, String> expandables;
    private final int maxTop;
    private final int pageSize;
    private final String defaultOrder;
    private final boolean pagedByToken;

    private EntityModel(Builder builder) {
        this.entityName = builder.entityName;
        this.properties = Map.copyOf(builder.properties);
        this.selectables = Collections.unmodifiableMap(builder.selectables);
        this.expandables = Map.copyOf(builder.expandables);
        this.maxTop = builder.maxTop;
        this.pageSize = builder.pageSize;
        this.defaultOrder = builder.defaultOrder;
        this.pagedByToken = builder.pagedByToken;
    }

    /// Starts a model; the name (`Alerts`) appears in messages.
    public static Builder named(String entityName) {
        return new Builder(entityName);
    }

    Property property(Token name) {
        Property property = properties.get(Property.key(name.text()));
        if (property == null) {
            throw name.fault(entityName + " has no property " + name.shown()
                    + " to filter or sort on; if it is a value, put it in quotes");
        }
        return property;
    }

    /// The names of a `$select` in the entity's own order and spelling; none when everything is selected.
    List<String> selected(String names) {
        var selected = new HashSet<String>();
        for (String name : names.split(",", -1)) {
            selected.add(selectable(name.strip()));
        }
        return selected.contains(EVERYTHING)
                ? List.of()
                : selectables.values().stream().filter(selected::contains).toList();
    }

    private String selectable(String name) {
        String known = name.equals(EVERYTHING) ? EVERYTHING : selectables.get(Property.key(name));
        if (known == null) {
            throw Fault.of(entityName + " has no property " + Fault.shown(name) + " to select");
        }
        return known;
    }

    /// The names of an `$expand`, as the model spells them.
    Set<String> expanded(String names) {
        var expanded = new TreeSet<String>();
        for (String name : names.split(",", -1)) {
            expanded.add(expandable(name.strip()));
        }
        return expanded;
    }

    private String expandable(String name) {
        String known = expandables.get(Property.key(name));
        if (known == null) {
            throw Fault.of(entityName + " cannot expand " + Fault.shown(name));
        }
        return known;
    }

    int maxTop() {
        return maxTop;
    }

    int pageSize() {
        return pageSize;
    }

    String defaultOrder() {
        return defaultOrder;
    }

    boolean isPagedByToken() {
        return pagedByToken;
    }

    /// Collects a model; a slip in it fails when the class that holds it is loaded.
    public static final class Builder {

        private static final int DEFAULT_PAGE = 10_000;

        private final String entityName;
        private final Map<String, Property> properties = new LinkedHashMap<>();
        private final Map<String, String> selectables = new LinkedHashMap<>();
        private final Map<String, String> expandables = new HashMap<>();
        private int maxTop = DEFAULT_PAGE;
        private int pageSize = DEFAULT_PAGE;
        private String defaultOrder = "";
        private boolean pagedByToken;

        private Builder(String entityName) {
            this.entityName = entityName;
        }

        /// The record that is written for the entity: what `$select` can name, in this order.
        public Builder entity(Class<? extends Record> view) {
            for (RecordComponent component : view.getRecordComponents()) {
                selectables.put(Property.key(component.getName()), component.getName());
            }
            return this;
        }

        /// Pages go on by `$skiptoken`, where the last one ended, rather than by `$skip`.
        public Builder pagedByToken() {
            this.pagedByToken = true;
            return this;
        }

        /// A text column, compared exactly.
        public Builder string(String property, String column) {
            return add(Property.of(property, column, Kind.STRING));
        }

        /// A text column, compared by `lower(column)`.
        public Builder caseInsensitiveString(String property, String column) {
            return add(Property.of(property, column, Kind.CASE_INSENSITIVE_STRING));
        }

        /// A column of whole numbers.
        public Builder longNumber(String property, String column) {
            return add(Property.of(property, column, Kind.LONG_NUMBER));
        }

        /// A boolean column.
        public Builder bool(String property, String column) {
            return add(Property.of(property, column, Kind.BOOL));
        }

        /// A bigint column of `WireTime.ticks()`.
        public Builder time(String property, String ticksColumn) {
            return add(Property.of(property, ticksColumn, Kind.TIME));
        }

        /// A text column that holds one of these spellings; callers may write them in any case.
        public Builder enumeration(String property, String column, Collection<String> spellings) {
            return add(Property.enumeration(property, column, spellings));
        }

        /// A uuid column.
        public Builder guid(String property, String column) {
            return add(Property.of(property, column, Kind.GUID));
        }

        /// A text[] column, filtered by `any`.
        public Builder strings(String property, String column) {
            return add(Property.of(property, column, Kind.STRINGS));
        }

        /// Rows of another table, filtered by `any`.
        ///
        /// @param from `child as element where element.parent_id = parent.id`
        /// @param elements the rows' properties, on columns such as `element.name`
        public Builder rows(String property, String from, EntityModel elements) {
            return put(property, Property.rows(property, from, elements));
        }

        /// Another spelling of a property declared before.
        public Builder alias(String otherSpelling, String property) {
            return put(otherSpelling, declared(property));
        }

        /// Properties declared before, without aliases yet, whose column is `not null`: sorting on them can use an
        /// index.
        public Builder required(String... names) {
            for (String name : names) {
                properties.computeIfPresent(declared(name).key(), (key, property) -> property.asRequired());
            }
            return this;
        }

        /// A name `$expand` accepts.
        public Builder expandable(String name) {
            expandables.put(Property.key(name), name);
            return this;
        }

        /// The largest `$top`; 10,000 when not said.
        public Builder maxTop(int n) {
            maxTop = n;
            return this;
        }

        /// The rows of a page when the caller gives no `$top`; 10,000 when not said.
        public Builder pageSize(int n) {
            pageSize = n;
            return this;
        }

        /// The order without `$orderby`, and what breaks its ties; it must be total, or pages overlap.
        public Builder defaultOrder(String sql) {
            defaultOrder = sql;
            return this;
        }

        /// The finished model.
        ///
        /// @throws IllegalStateException without a default order, or when a page could be empty
        public EntityModel build() {
            if (defaultOrder.isBlank() || pageSize < 1 || maxTop < 0) {
                throw new IllegalStateException(entityName + " needs a default order and a page of at least one row");
            }
            return new EntityModel(this);
        }

        private Builder add(Property property) {
            return put(property.name(), property);
        }

        private Builder put(String name, Property property) {
            if (properties.putIfAbsent(Property.key(name), property) != null) {
                throw new IllegalArgumentException(entityName + " declares " + name + " twice");
            }
            return this;
        }

        private Property declared(String name) {
            Property property = properties.get(Property.key(name));
            if (property == null) {
                throw new IllegalArgumentException(entityName + " does not declare " + name);
            }
            return property;
        }
    }
}
