package io.tocsin.wire;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import io.quarkus.logging.Log;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Turns whatever ends a request into the contract's envelope. What nobody foresaw answers without its text, which
/// stays in
/// the log beside the request id.
@ApplicationScoped
public class ErrorMappers {

    /// SQL states that say the database is not there, is stopping, gives no connection, has no disk or memory left, or
    /// that it gave up on the transaction for want of time or for another's sake: nothing of it was stored, and a
    /// retry is worth it.
    private static final Set<String> UNAVAILABLE = Set.of(
            "08000", "08001", "08003", "08004", "08006", "57P01", "57P02", "57P03", "53100", "53200", "53300", "58030",
            "25P03", "57014", "55P03", "40001", "40P01");

    private final RoutingContext request;

    ErrorMappers(RoutingContext request) {
        this.request = request;
    }

    @ServerExceptionMapper
    public Response problem(ProblemException problem) {
        Response answer = answer(problem.type(), problem.getMessage());
        return problem instanceof RetryLaterException later
                ? Response.fromResponse(answer)
                        .header(HttpHeaders.RETRY_AFTER, null)
                        .header(HttpHeaders.RETRY_AFTER, later.seconds())
                        .build()
                : answer;
    }

    @ServerExceptionMapper({AuthenticationFailedException.class, UnauthorizedException.class})
    public Response unauthenticated(RuntimeException refused) {
        Log.debugf("Token refused: reason=%s", refused.getMessage());
        return answer(CommonProblem.UNAUTHORIZED, "Unauthorized request: a valid bearer token is required");
    }

    @ServerExceptionMapper
    public Response forbidden(ForbiddenException refused) {
        String reason = refused.getMessage();
        return answer(CommonProblem.FORBIDDEN, reason == null ? CommonProblem.FORBIDDEN.title() : reason);
    }

    @ServerExceptionMapper
    public Response violation(ConstraintViolationException violations) {
        ConstraintViolation<?> first =
                violations.getConstraintViolations().iterator().next();
        Class<?> rule = first.getConstraintDescriptor().getAnnotation().annotationType();
        String property = property(first);
        boolean missing = first.getInvalidValue() == null
                && (rule == NotNull.class || rule == NotBlank.class || rule == NotEmpty.class);
        if (missing && property.isEmpty()) {
            return answer(CommonProblem.INVALID_REQUEST_BODY, "The request body is missing");
        }
        if (missing) {
            return answer(CommonProblem.MISSING_REQUIRED_PARAMETER, property + " argument is missing");
        }
        return answer(CommonProblem.INVALID_INPUT, property + " " + first.getMessage());
    }

    /// The path without the method and its parameter, as the caller knows it.
    private static String property(ConstraintViolation<?> violation) {
        return StreamSupport.stream(violation.getPropertyPath().spliterator(), false)
                .skip(2)
                .map(Object::toString)
                .filter(step -> !step.startsWith("<")) // of an element itself: "<list element>"
                .collect(Collectors.joining("."))
                .replace(".[", "[");
    }

    @ServerExceptionMapper
    public Response unreadable(MismatchedInputException unreadable) {
        Response unpacked = brokenGzip(unreadable);
        return unpacked == null ? json(unreadable) : unpacked;
    }

    @ServerExceptionMapper
    public Response webApplication(WebApplicationException ended) {
        ProblemException problem = problemIn(ended); // also one that Jackson met while it read the body
        if (problem != null) {
            return problem(problem);
        }
        Response unpacked = brokenGzip(ended);
        if (unpacked != null) {
            return unpacked;
        }
        if (ended.getCause() instanceof JacksonException unreadable) {
            return json(unreadable);
        }
        int status = ended.getResponse().getStatus();
        if (ended instanceof NotFoundException || ended instanceof NotAllowedException) {
            return Response.fromResponse(ended.getResponse()).entity(null).build();
        }
        if (status >= 500) {
            return unforeseen(ended);
        }
        return answer(new Refusal(status), "The request is not valid: " + ended.getMessage());
    }

    /// Also where Jackson met it while it read the body.
    private Response brokenGzip(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof GunzippedStream.BrokenGzipException broken) {
                return answer(CommonProblem.INVALID_REQUEST_BODY, broken.getMessage());
            }
        }
        return null;
    }

    @ServerExceptionMapper
    public Response unforeseen(Exception fault) {
        Response unpacked = brokenGzip(fault);
        if (unpacked != null) {
            return unpacked;
        }
        for (Throwable cause : Causes.of(fault)) {
            if (cause instanceof ProblemException problem) {
                return problem(problem);
            }
            if (isBrokenForm(cause)) {
                return answer(CommonProblem.INVALID_REQUEST_BODY, "The form breaks off before its end");
            }
            if (cause instanceof JacksonException unreadable && !(unreadable instanceof JsonMappingException)) {
                return json(unreadable);
            }
            if (unavailable(cause)) {
                Log.warnf("Database not available: requestId=%s reason=%s", RequestId.of(request), cause.getMessage());
                return answer(CommonProblem.SERVICE_UNAVAILABLE, CommonProblem.SERVICE_UNAVAILABLE.title());
            }
        }
        Log.errorf(fault, "Request failed unexpectedly: requestId=%s", RequestId.of(request));
        return answer(CommonProblem.INTERNAL_SERVER_ERROR, CommonProblem.INTERNAL_SERVER_ERROR.title());
    }

    private static ProblemException problemIn(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemException problem) {
                return problem;
            }
        }
        return null;
    }

    /// The framework has no type of its own for it.
    private static boolean isBrokenForm(Throwable cause) {
        return cause instanceof IOException
                && String.valueOf(cause.getMessage()).contains("parsing multipart request");
    }

    private static boolean unavailable(Throwable cause) {
        if (cause instanceof SQLTransientConnectionException) {
            return true;
        }
        return cause instanceof SQLException failed
                && (UNAVAILABLE.contains(String.valueOf(failed.getSQLState())) || isPoolExhausted(failed));
    }

    /// The pool says it in several spellings and by no state of its own.
    private static boolean isPoolExhausted(SQLException failed) {
        return String.valueOf(failed.getMessage()).toLowerCase(Locale.ROOT).contains("acquisition timeout");
    }

    private Response json(JacksonException unreadable) {
        if (unreadable instanceof InvalidFormatException || unreadable instanceof ValueInstantiationException) {
            return answer(CommonProblem.INVALID_INPUT, path(unreadable) + "has a value that is not acceptable");
        }
        if (unreadable instanceof MismatchedInputException mismatched) {
            String at = path(mismatched);
            return answer(
                    CommonProblem.INVALID_REQUEST_BODY,
                    at.isEmpty() ? "The request body is missing or has the wrong shape" : at + "has the wrong shape");
        }
        return answer(
                CommonProblem.INVALID_REQUEST_BODY,
                unreadable instanceof StreamConstraintsException
                        ? "The request body is nested too deeply or holds a text that is too long"
                        : "The request body is not valid JSON");
    }

    private static String path(JacksonException unreadable) {
        if (!(unreadable instanceof JsonMappingException mapping)) {
            return "";
        }
        String path = mapping.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                .collect(Collectors.joining("."));
        return path.isEmpty() ? "" : path + " ";
    }

    private Response answer(ProblemType type, String message) {
        return ErrorAnswer.response(request, type, message);
    }

    /// A refusal of the framework itself, for example 415.
    private record Refusal(int status) implements ProblemType {
        @Override
        public String code() {
            return CommonProblem.BAD_REQUEST.code();
        }

        @Override
        public String title() {
            return CommonProblem.BAD_REQUEST.title();
        }
    }
}
