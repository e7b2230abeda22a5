package io.tocsin.admission;

import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.ConstrainedTo;
import jakarta.ws.rs.RuntimeType;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A client that sends slowly has no seat while nothing of it is there to read.
@Provider
@ConstrainedTo(RuntimeType.SERVER)
@Priority(UnseatedBody.CLOSEST_TO_THE_CLIENT)
public class UnseatedBody implements ReaderInterceptor {

    static final int CLOSEST_TO_THE_CLIENT = 100;

    @Inject
    RoutingContext request;

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        context.setInputStream(new Body(context.getInputStream(), Seat.of(request)));
        return context.proceed();
    }

    private static final class Body extends FilterInputStream {

        private final Seat seat;

        Body(InputStream in, Seat seat) {
            super(in);
            this.seat = seat;
        }

        @Override
        public int read() throws IOException {
            return in.available() > 0 ? in.read() : seat.away(in::read);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return in.available() > 0
                    ? in.read(buffer, offset, length)
                    : seat.away(() -> in.read(buffer, offset, length));
        }
    }
}
