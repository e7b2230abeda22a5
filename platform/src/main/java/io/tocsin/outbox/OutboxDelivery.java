package io.tocsin.outbox;

/// Makes the calls of one destination. A service has one bean of this type for each, and a job of [Outbox#delivery].
public interface OutboxDelivery {

    /// The other service, as figures name it; stable over releases.
    String destination();

    /// Makes the call, outside of any transaction, with the message's id as `Idempotency-Key`.
    ///
    /// @return what is to be stored of the answer: it is run in the transaction that forgets the message
    /// @throws OutboxRefusedException when no later attempt can do better; any other exception is tried again
    Runnable deliver(OutboxMessage message);
}
