package io.tocsin.idempotency;

import jakarta.enterprise.util.Nonbinding;
import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Makes a route obey `Idempotency-Key`. Every `POST` of our own carries this or [ChangesNothing]; a test says so.
@InterceptorBinding
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Idempotent {

    /// How the route's effect is committed.
    @Nonbinding
    Effect value() default Effect.ONE_TRANSACTION;

    /// How an effect is committed, and so how exactly it is tied to its recorded answer.
    enum Effect {
        /// Whatever the method does joins one transaction that also records the answer: both or neither, whenever the
        /// process dies. The method must not catch what its transactional calls throw.
        ONE_TRANSACTION,
        /// A JSON array is committed item by item, anything else as one transaction. The items have an identity of
        /// their own, so that one sent again after a crash is not stored twice.
        ITEM_BY_ITEM,
        /// The body is a stream, committed in chunks while it is read; its rows have an identity of their own.
        IN_CHUNKS
    }
}
