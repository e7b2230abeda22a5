package io.tocsin.alert.sigma;

/// Which events there are, and what can be asked of them.
public interface Vocabulary {

    /// The kind of event a rule's log source means.
    ///
    /// @throws SigmaException when no event is of that source
    int kind(LogSource source);

    /// The number of a field that events of the kind can have.
    ///
    /// @throws SigmaException when they cannot
    int field(int kind, String name);
}
