package io.tocsin.indicator.source;

import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.indicator.IndicatorAction;
import io.tocsin.indicator.IndicatorProblem;
import io.tocsin.indicator.IndicatorType;
import io.tocsin.secret.Secrets;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/// The sources of a tenant.
@ApplicationScoped
class SourceService {

    private static final Pattern ID = Pattern.compile("[1-9]\\d{0,17}");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final List<String> SEVERITIES = List.of("Informational", "Low", "Medium", "High");
    private static final List<String> FIXED_HEADERS =
            List.of("host", "content-length", "transfer-encoding", "connection", "user-agent", "accept");

    private final SourceRepository sources;
    private final SourceFetch fetch;
    private final SourceConfig config;
    private final Secrets secrets;
    private final Audit audit;

    SourceService(SourceRepository sources, SourceFetch fetch, SourceConfig config, Secrets secrets, Audit audit) {
        this.sources = sources;
        this.fetch = fetch;
        this.config = config;
        this.secrets = secrets;
        this.audit = audit;
    }

    @Transactional
    SourceView.All all(UUID tenant) {
        return new SourceView.All(sources.all(tenant).stream().map(this::view).toList());
    }

    @Transactional
    SourceView get(UUID tenant, String id) {
        return view(one(tenant, id));
    }

    private SourceView view(Source source) {
        return SourceView.of(
                source,
                sources.runs(source.tenant(), source.id(), Long.MAX_VALUE, 1).stream()
                        .findFirst()
                        .orElse(null));
    }

    private Source one(UUID tenant, String id) {
        return sources.find(tenant, number(id)).orElseThrow(() -> notFound(id));
    }

    private static long number(String id) {
        if (!ID.matcher(id).matches()) {
            throw notFound(id);
        }
        return Long.parseLong(id);
    }

    private static ProblemException notFound(String id) {
        return new ProblemException(IndicatorProblem.SOURCE_NOT_FOUND, "There is no source " + id);
    }

    SourceView create(Caller caller, SourceRequest request) {
        check(request, false);
        secrets.prepare(caller.tenant());
        return created(caller, request);
    }

    @Transactional
    SourceView created(Caller caller, SourceRequest request) {
        UUID tenant = caller.tenant();
        if (sources.count(tenant) >= config.perTenant()) {
            throw new ProblemException(
                    CommonProblem.INVALID_INPUT, "The tenant has the most sources allowed, " + config.perTenant());
        }
        long id = sources.create(tenant, caller.name(), request, WireTime.now())
                .orElseThrow(() -> new ProblemException(
                        IndicatorProblem.SOURCE_EXISTS, "There is a source " + request.name() + " already"));
        keepSecret(tenant, id, request);
        record(caller, "indicator-source.create", id, detail(request));
        return get(tenant, Long.toString(id));
    }

    SourceView replace(Caller caller, String id, SourceRequest request) {
        check(request, true);
        secrets.prepare(caller.tenant());
        return replaced(caller, number(id), request);
    }

    @Transactional
    SourceView replaced(Caller caller, long id, SourceRequest request) {
        UUID tenant = caller.tenant();
        Source before = sources.lock(tenant, id).orElseThrow(() -> notFound(Long.toString(id)));
        if (!before.name().equals(request.name())) {
            throw new ProblemException(
                    CommonProblem.INVALID_INPUT, "name cannot be changed: its indicators are told by it");
        }
        boolean sameLogin = request.login() != null
                && request.login().secret() == null
                && request.login().kind() == before.login();
        if (sameLogin && !request.url().strip().equals(before.url())) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "login.secret must be said again for another url");
        }
        sources.replace(tenant, id, request, WireTime.now());
        if (!sameLogin) {
            requireSecret(request);
            keepSecret(tenant, id, request);
        }
        var detail = new LinkedHashMap<String, Object>();
        detail.put("before", Map.of("url", before.url(), "action", before.action(), "enabled", before.enabled()));
        detail.put("after", detail(request));
        record(caller, "indicator-source.update", id, detail);
        return get(tenant, Long.toString(id));
    }

    private void keepSecret(UUID tenant, long id, SourceRequest request) {
        boolean none = request.login() == null || request.login().kind() == Source.Login.None;
        sources.keepSecret(
                tenant,
                id,
                none
                        ? null
                        : secrets.seal(
                                tenant,
                                SourcePull.PURPOSE,
                                Long.toString(id),
                                request.login().secret().getBytes(StandardCharsets.UTF_8)));
    }

    @Transactional
    void delete(Caller caller, String id) {
        Source source = one(caller.tenant(), id);
        if (!sources.delete(caller.tenant(), source.id())) {
            throw notFound(id);
        }
        record(caller, "indicator-source.delete", source.id(), Map.of("name", source.name(), "url", source.url()));
    }

    /// Has the list fetched as soon as somebody is free.
    @Transactional
    SourceView.RunView pull(Caller caller, String id, boolean dryRun) {
        Source source = one(caller.tenant(), id);
        SourceView.RunView run = sources.ask(caller.tenant(), source.id(), caller.name(), dryRun)
                .orElseThrow(() -> new ProblemException(
                        IndicatorProblem.SOURCE_BUSY, "The list is being fetched, and another time is waited for"));
        record(caller, "indicator-source.pull", source.id(), Map.of("name", source.name(), "dryRun", dryRun));
        return run;
    }

    @Transactional
    SourceView.Runs runs(UUID tenant, String id, String cursor, int most) {
        Source source = one(tenant, id);
        if (cursor != null && !ID.matcher(cursor).matches()) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "The cursor is none this list gave out");
        }
        List<SourceView.RunView> page =
                sources.runs(tenant, source.id(), cursor == null ? Long.MAX_VALUE : Long.parseLong(cursor), most);
        return new SourceView.Runs(
                page, page.size() < most ? null : page.getLast().id());
    }

    private void record(Caller caller, String action, long id, Map<String, ?> detail) {
        audit.record(caller.tenant(), caller.name(), action, Long.toString(id), detail);
    }

    private static Map<String, Object> detail(SourceRequest it) {
        var detail = new LinkedHashMap<String, Object>();
        detail.put("name", it.name());
        detail.put("kind", it.kind());
        detail.put("url", it.url());
        detail.put("enabled", it.enabled() == null || it.enabled());
        detail.put("trust", it.trust() == null ? Source.Trust.Full : it.trust());
        detail.put("action", it.action());
        detail.put("expiresIn", it.expiresIn());
        detail.put("every", it.every());
        detail.put("login", it.login() == null ? Source.Login.None : it.login().kind());
        return detail;
    }

    private void check(SourceRequest it, boolean again) {
        fetch.check(it.url());
        if (it.indicatorType() != null && IndicatorType.spelled(it.indicatorType()) == null) {
            throw invalid("'" + it.indicatorType() + "' is not an indicator type");
        }
        IndicatorAction action = IndicatorAction.spelled(it.action());
        if (action == null) {
            throw invalid("'" + it.action() + "' is not an action");
        }
        if (action == IndicatorAction.Audit && !Boolean.TRUE.equals(it.generateAlert())) {
            throw invalid("generateAlert must be true with the action Audit");
        }
        if (it.severity() != null && !SEVERITIES.contains(it.severity())) {
            throw invalid("'" + it.severity() + "' is not a severity");
        }
        for (String text : new String[] {it.title(), it.description()}) {
            if (text != null && text.indexOf('\0') >= 0) {
                throw invalid("A text holds a NUL");
            }
        }
        checkLogin(it, again);
    }

    private void checkLogin(SourceRequest it, boolean again) {
        SourceRequest.Login login = it.login();
        if (login == null || login.kind() == Source.Login.None) {
            return;
        }
        boolean named = login.kind() == Source.Login.Basic || login.kind() == Source.Login.Header;
        if (named && (login.name() == null || login.name().isBlank())) {
            throw invalid("login.name is missing");
        }
        if (login.kind() == Source.Login.Header
                && (!HEADER.matcher(login.name()).matches()
                        || FIXED_HEADERS.contains(login.name().toLowerCase(java.util.Locale.ROOT)))) {
            throw invalid("login.name is no header a login can be in");
        }
        boolean printable = login.secret() == null
                || login.secret().chars().allMatch(c -> c >= ' ' && c != 127 && c < 256)
                || login.kind() == Source.Login.Basic;
        if (!printable || login.name() != null && login.name().chars().anyMatch(c -> c < ' ')) {
            throw invalid("login holds a character no header can");
        }
        if (!again) {
            requireSecret(it);
        }
    }

    private static void requireSecret(SourceRequest it) {
        if (it.login() != null
                && it.login().kind() != Source.Login.None
                && (it.login().secret() == null || it.login().secret().isEmpty())) {
            throw new ProblemException(CommonProblem.MISSING_REQUIRED_PARAMETER, "login.secret argument is missing");
        }
    }

    private static ProblemException invalid(String message) {
        return new ProblemException(CommonProblem.INVALID_INPUT, message);
    }
}
