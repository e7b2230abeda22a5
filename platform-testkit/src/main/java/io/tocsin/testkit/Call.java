package io.tocsin.testkit;

import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;

/// How to call a route, and what to expect of the answer.
public final class Call {

    private static final String FORM = "application/x-www-form-urlencoded";

    private final String path;
    private String contentType;
    private byte[] body;
    private int status = 200;
    private String credential;
    private String foreignCredential;
    private Function<Response, Optional<String>> foreign = answer -> isNotFound(answer);
    private String shown = "";
    private Audited audited;

    private Call(String path) {
        this.path = path;
    }

    /// What the call's row in the audit says.
    record Audited(Optional<Function<Response, String>> actor, String action, Function<Response, String> target) {}

    /// A call of this path, ids filled in. Another tenant's token gets 404 for it, unless something else is said.
    public static Call to(String path) {
        return new Call(path);
    }

    /// With a JSON body.
    public Call body(String json) {
        return body(json.getBytes(StandardCharsets.UTF_8), "application/json");
    }

    /// With a body of another type.
    public Call body(byte[] bytes, String type) {
        body = bytes;
        contentType = type;
        return this;
    }

    /// The status of the valid call, when it is not 200.
    public Call answers(int expected) {
        status = expected;
        return this;
    }

    /// With a device's credential instead of a token, and with that of a device of another tenant where the walk tries
    /// the route as a stranger.
    public Call byDevice(String own, String another) {
        credential = own;
        foreignCredential = another;
        return this;
    }

    /// Its answer shows this text to the tenant, and never to a stranger, who is answered all the same: a list, a
    /// search.
    public Call shows(String text) {
        shown = text;
        foreign = answer -> answer.statusCode() == status && !answer.asString().contains(text)
                ? Optional.empty()
                : Optional.of("a stranger got " + shown(answer) + ", which should be " + status + " without " + text);
        return this;
    }

    /// It names nothing of the tenant's, so that a stranger's call is as good, for his own tenant.
    public Call makesOwn() {
        foreign = answer ->
                answer.statusCode() == status ? Optional.empty() : Optional.of("a stranger got " + shown(answer));
        return this;
    }

    /// The action and target of the row it leaves in the audit, by the caller's name.
    public Call audited(String action, Function<Response, String> target) {
        audited = new Audited(Optional.empty(), action, target);
        return this;
    }

    /// The row it leaves in the audit when somebody else than the token's application acts.
    public Call audited(Function<Response, String> actor, String action, Function<Response, String> target) {
        audited = new Audited(Optional.of(actor), action, target);
        return this;
    }

    int status() {
        return status;
    }

    /// What the tenant must see in the answer.
    String shown() {
        return shown;
    }

    Audited audited() {
        return audited;
    }

    /// Sends it with this token, or with the device's credential where it has one.
    Response send(String method, String token) {
        return send(method, Optional.of(credential == null ? token : credential), contentType);
    }

    /// Sends it as another tenant.
    Response sendAsStranger(String method, String token) {
        return send(method, Optional.of(foreignCredential == null ? token : foreignCredential), contentType);
    }

    /// Sends it with whatever authorization is given, or none, and another content type.
    Response sendUntrusted(String method, Optional<String> bearer, String type) {
        return send(method, bearer, body == null ? null : type == null ? contentType : type);
    }

    /// Sends it as it is, without any authorization.
    Response sendOpen(String method) {
        return send(method, Optional.empty(), contentType);
    }

    private Response send(String method, Optional<String> bearer, String type) {
        RequestSpecification request = RestAssured.given()
                .config(RestAssured.config()
                        .encoderConfig(EncoderConfig.encoderConfig()
                                .appendDefaultContentCharsetToContentTypeIfUndefined(false)))
                .urlEncodingEnabled(false);
        bearer.ifPresent(token -> request.header("Authorization", "Bearer " + token));
        if (type != null) {
            request.contentType(type);
        }
        if (body != null && FORM.equals(type)) {
            request.body(new String(body, StandardCharsets.UTF_8)); // REST Assured wants no bytes for this type
        } else if (body != null) {
            request.body(body);
        }
        return request.request(method, path);
    }

    /// What is wrong with the answer a stranger got, if anything.
    Optional<String> wrongForStranger(Response answer) {
        return foreign.apply(answer);
    }

    private static Optional<String> isNotFound(Response answer) {
        return answer.statusCode() == 404 && answer.asString().contains("\"error\"")
                ? Optional.empty()
                : Optional.of("a stranger got " + shown(answer) + " instead of 404");
    }

    static String shown(Response answer) {
        String text = answer.asString();
        return answer.statusCode() + " " + (text.length() > 200 ? text.substring(0, 200) + "…" : text);
    }
}
