package io.tocsin.alert.sigma;

import java.util.List;

/// A rule that can be used.
///
/// @param id null when the document has none
/// @param kind of the events it is about, as the vocabulary numbers them
/// @param tags in lower case
public record SigmaRule(
        String id,
        String title,
        String description,
        SigmaLevel level,
        LogSource source,
        int kind,
        List<String> tags,
        List<String> falsePositives,
        EventTest test) {

    public SigmaRule {
        tags = List.copyOf(tags);
        falsePositives = List.copyOf(falsePositives);
    }
}
