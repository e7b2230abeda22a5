package io.tocsin.indicator.registry;

import io.tocsin.indicator.IndicatorAction;
import io.tocsin.indicator.IndicatorProblem;
import io.tocsin.indicator.IndicatorType;
import io.tocsin.wire.ProblemException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The warnings of a tenant as of one request.
final class Warnings {

    /// For who blocks what he wants, and for who looks at nothing.
    static final Warnings NONE = new Warnings(List.of());

    private final Map<String, WarningEntry> byValue = new HashMap<>();
    private final Map<String, WarningEntry> byParent = new HashMap<>();
    private final List<WarningEntry> addresses = new ArrayList<>();

    Warnings(List<WarningEntry> entries) {
        for (WarningEntry entry : entries) {
            if (entry.type() == IndicatorType.IpAddress) {
                addresses.add(entry);
            } else {
                byValue.put(entry.value(), entry);
            }
            if (entry.type() == IndicatorType.DomainName) {
                String rest = entry.value();
                for (int dot = rest.indexOf('.'); dot >= 0; dot = rest.indexOf('.')) {
                    rest = rest.substring(dot + 1);
                    byParent.putIfAbsent(rest, entry);
                }
            }
        }
    }

    /// @throws ProblemException `WarningListed` when it would block what must not be
    void require(CheckedIndicator it) {
        blocked(it).ifPresent(entry -> {
            throw new ProblemException(
                    IndicatorProblem.WARNING_LISTED,
                    it.answeredValue() + " would block " + entry.value() + ": " + entry.reason()
                            + ". Send it with override=true if that is meant");
        });
    }

    boolean isListed(CheckedIndicator it) {
        return blocked(it).isPresent();
    }

    private Optional<WarningEntry> blocked(CheckedIndicator it) {
        return it.action() == IndicatorAction.Allowed || it.action().current() == IndicatorAction.Audit
                ? Optional.empty()
                : find(it.type(), it.matchValue());
    }

    private Optional<WarningEntry> find(IndicatorType type, String value) {
        if (type == IndicatorType.IpAddress) {
            return addresses.stream().filter(it -> it.isBlockedBy(type, value)).findFirst();
        }
        String bare = value.startsWith("*.") ? value.substring(2) : value;
        return Optional.ofNullable(byValue.get(value))
                .or(() -> Optional.ofNullable(byParent.get(bare)))
                .filter(it -> it.isBlockedBy(type, value));
    }
}
