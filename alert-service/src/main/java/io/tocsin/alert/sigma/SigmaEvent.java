package io.tocsin.alert.sigma;

/// What a rule may ask of an event. Fields are the numbers a [Vocabulary] gave them.
public interface SigmaEvent {

    /// As it was sent; null when the event does not say.
    String text(int field);

    /// The same in lower case.
    String folded(int field);

    /// How many fields there are.
    int fields();
}
