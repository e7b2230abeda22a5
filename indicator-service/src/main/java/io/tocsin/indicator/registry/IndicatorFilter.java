package io.tocsin.indicator.registry;

import io.tocsin.indicator.CanonicalValue;
import io.tocsin.indicator.IndicatorAction;
import io.tocsin.indicator.IndicatorType;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.util.ArrayList;
import java.util.List;

/// Which indicators a list or an export holds; what is null asks for nothing.
///
/// @param value with its type: in any form the type has; without: as it was sent, in any case
record IndicatorFilter(IndicatorType type, IndicatorAction action, String value, String createdBy, String application) {

    static IndicatorFilter of(String type, String action, String value, String createdBy, String application) {
        IndicatorType ofType = type == null ? null : IndicatorType.spelled(type);
        IndicatorAction ofAction = action == null ? null : IndicatorAction.spelled(action);
        if (type != null && ofType == null) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "'" + type + "' is not an indicator type");
        }
        if (action != null && ofAction == null) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "'" + action + "' is not an action");
        }
        return new IndicatorFilter(ofType, ofAction, value, createdBy, application);
    }

    /// SQL of ours, its values in [#parameters].
    String where() {
        var where = new StringBuilder("true");
        where.append(type == null ? "" : " and indicator_type = ?");
        where.append(action == null ? "" : " and action = ?");
        where.append(
                value == null ? "" : type == null ? " and lower(indicator_value) = lower(?)" : " and match_value = ?");
        where.append(createdBy == null ? "" : " and created_by = ?");
        where.append(application == null ? "" : " and application = ?");
        return where.toString();
    }

    List<Object> parameters() {
        var parameters = new ArrayList<Object>();
        if (type != null) {
            parameters.add(type.name());
        }
        if (action != null) {
            parameters.add(action.name());
        }
        if (value != null) {
            parameters.add(type == null ? value : CanonicalValue.of(type, value));
        }
        if (createdBy != null) {
            parameters.add(createdBy);
        }
        if (application != null) {
            parameters.add(application);
        }
        return parameters;
    }
}
