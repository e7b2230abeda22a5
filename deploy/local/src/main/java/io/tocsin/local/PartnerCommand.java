package io.tocsin.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `deploy/local/partner`: registers a partner's application at the local Keycloak and prints what it needs to know, as
/// lines a shell can read. What a person has to read goes to standard error.
public final class PartnerCommand {

    private static final String USAGE = """
            usage: deploy/local/partner add NAME --permissions NAME[,NAME…] [--tenant ID]
                   deploy/local/partner remove NAME
                   deploy/local/partner permissions

            add          makes the application NAME at Keycloak and prints its environment
              --permissions   names of contract and documentation, in any case: Alert.ReadWrite.All,Machine.Isolate
              --tenant        the customer's tenant id (a GUID) its tokens are for; the platform's own when left out
            remove       forgets the application; tokens it holds live on until they expire
            permissions  lists what can be granted
            """;

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}");

    private final RunDirectory run;
    private final Secrets secrets;
    private final Realm realm;

    private PartnerCommand(RunDirectory run) {
        this.run = run;
        this.secrets = new Secrets(run.secrets());
        this.realm = new Realm(secrets);
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var words = new ArrayDeque<>(List.of(arguments));
        try {
            var command = new PartnerCommand(RunDirectory.prepared(Path.of(System.getProperty("tocsin.run"))));
            switch (words.isEmpty() ? "" : words.pop()) {
                case "add" -> command.add(name(words), options(words));
                case "remove" -> command.remove(name(words));
                case "permissions" -> command.realm.permissions().forEach(System.out::println);
                case "-h", "--help" -> System.out.print(USAGE);
                default -> usage();
            }
        } catch (StartFailure failure) {
            System.err.println(failure.getMessage());
            System.exit(1);
        }
    }

    private void add(String name, Map<String, String> options) throws IOException, InterruptedException {
        var permissions = permissions(options.get("--permissions"));
        var tenant = tenant(options.get("--tenant"));
        try (var keycloak = keycloak()) {
            if (keycloak.hasClient(name)) {
                throw new StartFailure(
                        "The application " + name + " is there already: deploy/local/partner remove " + name);
            }
            var secret = secrets.newPassword();
            keycloak.addClient(realm.client(name, secret, tenant), permissions);
            System.err.println("Added " + name + " of tenant " + tenant + " with " + String.join(", ", permissions));
            System.out.print(ClientEnvironment.lines(environment(name, secret, tenant)));
        }
    }

    private Map<String, String> environment(String name, String secret, String tenant) throws IOException {
        var values = new LinkedHashMap<String, String>();
        for (var line : Files.readAllLines(run.env())) {
            for (var kept : List.of("TOCSIN_URL", "TOCSIN_URL_TLS", "TOCSIN_CA")) {
                if (line.startsWith(kept + "=")) {
                    values.put(kept, line.substring(kept.length() + 1).replace("'", ""));
                }
            }
        }
        values.put("TOCSIN_TENANT", tenant);
        values.put("TOCSIN_CLIENT_ID", name);
        values.put("TOCSIN_CLIENT_SECRET", secret);
        return values;
    }

    private void remove(String name) throws IOException, InterruptedException {
        if (realm.json().contains("\"clientId\": \"" + name + "\"")) {
            throw new StartFailure("The application " + name + " belongs to the platform itself.");
        }
        try (var keycloak = keycloak()) {
            if (!keycloak.hasClient(name)) {
                throw new StartFailure("There is no application " + name + ".");
            }
            keycloak.removeClient(name);
            System.err.println("Removed " + name);
        }
    }

    private KeycloakAdmin keycloak() throws IOException, InterruptedException {
        var port = new Ports(run.ports()).remembered("keycloak");
        return new KeycloakAdmin("http://127.0.0.1:" + port, secrets.password("keycloak-admin"));
    }

    private SortedSet<String> permissions(@Nullable String names) throws IOException {
        if (names == null) {
            throw new StartFailure("Say what it may do: --permissions Alert.ReadWrite.All,…");
        }
        var known = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        known.addAll(realm.permissions());
        var granted = new TreeSet<String>();
        for (var name : names.split(",")) {
            var found = known.ceiling(name.strip());
            if (found == null || !found.equalsIgnoreCase(name.strip())) {
                throw new StartFailure(
                        "There is no permission " + name.strip() + "; deploy/local/partner permissions lists them.");
            }
            granted.add(found);
        }
        return granted;
    }

    private String tenant(@Nullable String id) {
        try {
            return id == null ? realm.tenant() : UUID.fromString(id).toString().toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw new StartFailure("A tenant's id is a GUID; " + id + " is none.", null, e);
        }
    }

    private static String name(Deque<String> words) {
        if (words.isEmpty() || !NAME.matcher(words.peek()).matches()) {
            usage();
        }
        return words.pop();
    }

    private static Map<String, String> options(Deque<String> words) {
        var options = new LinkedHashMap<String, String>();
        while (!words.isEmpty()) {
            var option = words.pop();
            if (!List.of("--permissions", "--tenant").contains(option) || words.isEmpty()) {
                usage();
            }
            options.put(option, words.pop());
        }
        return options;
    }

    private static void usage() {
        System.err.print(USAGE);
        System.exit(2);
    }
}
