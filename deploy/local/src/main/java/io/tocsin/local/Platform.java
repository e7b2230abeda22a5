package io.tocsin.local;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// All parts of the platform, started in the order they need each other and stopped in the reverse one.
final class Platform implements AutoCloseable {

    private static final Duration MIGRATION_LIMIT = Duration.ofMinutes(3);
    private static final String MIGRATION = "migration";

    private final Path root;
    private final RunDirectory run;
    private final ReadyFile ready;
    private final Progress progress;
    private final Secrets secrets;
    private final MasterKeys masterKeys;
    private final Ports ports;
    private final Realm realm;
    private final Keycloak keycloak;
    private final Postgres postgres;
    private final Map<String, String> settings;
    private final Map<Service, Integer> servicePorts = new EnumMap<>(Service.class);
    private final List<SupervisedService> services = new ArrayList<>();
    private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();

    private boolean closed;
    private @Nullable Gateway gateway;

    Platform(Path root, RunDirectory run, ReadyFile ready, Progress progress) {
        this.root = root;
        this.run = run;
        this.ready = ready;
        this.progress = progress;
        this.secrets = new Secrets(run.secrets());
        this.masterKeys = new MasterKeys(run);
        this.ports = new Ports(run.ports());
        this.realm = new Realm(secrets);
        this.keycloak = new Keycloak(
                run,
                root.resolve("deploy/local/target/keycloak/keycloak.zip"),
                realm,
                secrets,
                ports.portOf("keycloak"));
        this.postgres = new Postgres(run, secrets, ports.portOf("postgres"));
        this.settings = OperatorSettings.among(System.getenv());
        for (var service : Service.values()) {
            servicePorts.put(service, ports.portOf(service.label()));
        }
    }

    void start(int httpPort, int httpsPort) throws IOException, InterruptedException {
        var certificates = new Certificates(run, secrets);
        certificates.prepare();
        masterKeys.prepare();
        openGateway(certificates, httpPort, httpsPort);

        var identity = inBackground(() -> {
            startKeycloak();
            return keycloak;
        });
        var services = inBackground(() -> {
                    startPostgres();
                    migrate();
                    return null;
                })
                .thenCompose(done -> startServices());
        await(identity, services);

        new ClientEnvironment(run, realm, certificates).write(httpPort, httpsPort);
    }

    /// The ports outside come first: one that is taken is said before anything slow has begun.
    private void openGateway(Certificates certificates, int httpPort, int httpsPort) throws IOException {
        var prefixes = PrefixTable.read(root.resolve("deploy/helm/tocsin/files/prefixes.csv"));
        gateway = new Gateway(prefixes, servicePorts);
        gateway.listen(httpPort);
        gateway.listen(httpsPort, certificates);
        progress.say("gateway listens on http://127.0.0.1:%d and https://127.0.0.1:%d".formatted(httpPort, httpsPort));
    }

    private void startKeycloak() throws IOException, InterruptedException {
        if (!keycloak.isUnpacked()) {
            progress.say("Keycloak is unpacked and configured (once; half a minute)");
            keycloak.unpack();
        }
        keycloak.start(ready, progress::say);
        progress.say("Keycloak is ready: " + keycloak.issuer());
    }

    private void startPostgres() throws IOException, InterruptedException, SQLException {
        postgres.start(this::servicesAnswer, ready, progress::say);
        progress.say("PostgreSQL is ready: " + postgres.url());
    }

    /// Without the database they say that they are not ready, and for a moment after it is back.
    private boolean servicesAnswer() throws InterruptedException {
        List<SupervisedService> all;
        synchronized (this) {
            all = List.copyOf(services);
        }
        for (var service : all) {
            if (!service.isReady()) {
                return false;
            }
        }
        return true;
    }

    private void migrate() throws SQLException {
        if (postgres.isStopping()) {
            throw new StartFailure("The platform is being stopped");
        }
        var environment = SupervisedService.withPorts(environmentOf(Service.ALERT, Postgres.OWNER), 0, 0);
        var migration = JavaProcess.start(
                run,
                MIGRATION,
                SupervisedService.command(Service.ALERT.runnable(root), "-Dquarkus.profile=prod,migrate"),
                environment);
        if (!migration.endsWithin(MIGRATION_LIMIT) || migration.exitCode() != 0) {
            throw new StartFailure("The migrations of the schema failed", run.log(MIGRATION));
        }
        postgres.createLoginRoles();
        progress.say("the schema is up to date");
    }

    private CompletableFuture<Void> startServices() {
        var all = new ArrayList<CompletableFuture<?>>();
        if (!settings.isEmpty()) {
            progress.say("the services are given " + String.join(", ", new TreeSet<>(settings.keySet())));
        }
        for (var service : Service.values()) {
            var supervised = new SupervisedService(
                    run,
                    service,
                    root,
                    servicePort(service),
                    ports.portOf(service.label() + "-management"),
                    settingsOf(service),
                    ready,
                    progress::say);
            synchronized (this) {
                if (closed) {
                    break;
                }
                services.add(supervised);
            }
            all.add(inBackground(() -> {
                supervised.start();
                progress.say(service.label() + " is ready: http://127.0.0.1:" + supervised.port());
                return null;
            }));
        }
        return failFast(all);
    }

    /// What the operator says, and above it what only the platform can know.
    private Map<String, String> settingsOf(Service service) {
        var all = new HashMap<>(settings);
        all.putAll(environmentOf(service, service.loginRole()));
        return all;
    }

    private Map<String, String> environmentOf(Service service, String role) {
        var environment = new HashMap<>(postgres.login(role));
        environment.put("QUARKUS_OIDC_PRIMARY_AUTH_SERVER_URL", keycloak.issuer());
        environment.put("QUARKUS_OIDC_CLIENT_AUTH_SERVER_URL", keycloak.issuer());
        environment.put("QUARKUS_OIDC_CLIENT_CLIENT_ID", service.label());
        environment.put("QUARKUS_OIDC_CLIENT_CREDENTIALS_SECRET", realm.secretOf(service.label()));
        environment.put("TOCSIN_SECRETS_MASTER_KEYS", masterKeys.folder().toString());
        environment.put("TOCSIN_IDENTITY_DEFAULT_TENANT", realm.tenant());
        // Who may change this Keycloak may speak for anyone here anyway; `partner add --tenant` makes customers.
        environment.put("TOCSIN_IDENTITY_TENANTS", "*");
        environment.put("TOCSIN_PEERS_ALERT_URL", "http://127.0.0.1:" + servicePort(Service.ALERT));
        environment.put("TOCSIN_PEERS_RESPONSE_URL", "http://127.0.0.1:" + servicePort(Service.RESPONSE));
        environment.put("TOCSIN_PEERS_INDICATOR_URL", "http://127.0.0.1:" + servicePort(Service.INDICATOR));
        if (service == Service.ALERT) {
            environment.put("TOCSIN_TOKEN_ENDPOINT", keycloak.tokenEndpoint());
        }
        return environment;
    }

    private int servicePort(Service service) {
        return servicePorts.getOrDefault(service, 0);
    }

    private <T> CompletableFuture<T> inBackground(Callable<T> work) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return work.call();
                    } catch (RuntimeException e) {
                        throw e;
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                threads);
    }

    private static CompletableFuture<Void> failFast(List<? extends CompletableFuture<?>> parts) {
        var all = CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new));
        parts.forEach(part -> part.whenComplete((done, failure) -> {
            if (failure != null) {
                all.completeExceptionally(failure);
            }
        }));
        return all;
    }

    private static void await(CompletableFuture<?>... parts) {
        try {
            failFast(List.of(parts)).join();
        } catch (CompletionException e) {
            Throwable cause = e;
            while (cause instanceof CompletionException && cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw cause instanceof StartFailure failure ? failure : new StartFailure(cause.toString(), null, cause);
        }
    }

    @Override
    public void close() {
        List<SupervisedService> running;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            running = List.copyOf(services);
        }
        if (gateway != null) {
            gateway.close();
        }
        var stopped = new ArrayList<CompletableFuture<?>>();
        running.forEach(service -> stopped.add(CompletableFuture.runAsync(service::close, threads)));
        stopped.add(CompletableFuture.runAsync(keycloak::close, threads));
        stopped.forEach(CompletableFuture::join);
        try {
            postgres.close();
        } catch (IOException e) {
            progress.say("PostgreSQL did not stop cleanly: " + e.getMessage());
        }
        // What was only starting: a migration, a Keycloak that configures itself.
        ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
    }
}
