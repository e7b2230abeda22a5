package io.tocsin.indicator.registry;

import java.sql.ResultSet;
import java.sql.SQLException;

/// Rows of `indicator` for features that join them with what is theirs.
public final class IndicatorRow {

    /// Of a table that is called `i`.
    public static final String COLUMNS = IndicatorEntity.COLUMNS_OF_I;

    private IndicatorRow() {}

    public static IndicatorView view(ResultSet row) throws SQLException {
        return IndicatorView.of(IndicatorEntity.of(row));
    }
}
