package io.tocsin.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorSettingsTest {

    @TempDir
    Path folder;

    @Test
    void shouldGiveTheServicesWhatTheOperatorSaysAboutThem() {
        var said = Map.of("TOCSIN_LIMITS_PROFILE", "defender", "QUARKUS_LOG_LEVEL", "DEBUG");
        var environment = new HashMap<>(said);
        environment.putAll(Map.of("PATH", "/bin", "KC_DB", "postgres", "MY_TOCSIN_X", "1"));

        assertThat(OperatorSettings.among(environment)).isEqualTo(said);
    }

    @Test
    void shouldKeepToItselfWhatIsMeantForTheLauncher() {
        assertThat(OperatorSettings.among(Map.of(
                        "TOCSIN_RUN_DIR", "/tmp/x",
                        "TOCSIN_HTTP_PORT", "1",
                        "TOCSIN_HTTPS_PORT", "2",
                        "TOCSIN_NO_BUILD", "yes")))
                .isEmpty();
    }

    @Test
    void shouldGiveNoServiceTheSecretsOfAClientWhoseShellStartsThePlatform() throws Exception {
        // Given
        var run = RunDirectory.prepared(folder);
        var secrets = new Secrets(run.secrets());
        var client = new ClientEnvironment(run, new Realm(secrets), new Certificates(run, secrets)).values(1, 2);

        // Then
        assertThat(client).containsKey("TOCSIN_CLIENT_SECRET");
        assertThat(OperatorSettings.among(client)).isEmpty();
    }
}
