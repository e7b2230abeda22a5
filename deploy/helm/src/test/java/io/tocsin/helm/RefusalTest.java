package io.tocsin.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What cannot work is refused before anything is installed, by a sentence that says what to do.
class RefusalTest {

    private static final String MINIMAL = """
            image: {repository: ''}                                           | set image.repository
            database: {poolSize: 9}                                           | set database.poolSize to 8 or less
            webhooks: {allowed: [soar.corp.example]}                          | webhooks.allowed names targets in private networks, which networkPolicy.outboundTo
            playbooks: {allowed: [itsm.corp.example]}                         | playbooks.allowed names targets in private networks, which networkPolicy.outboundTo
            indicatorSources: {allowed: [misp.corp.example]}                  | indicatorSources.allowed names targets in private networks, which networkPolicy.outboundTo
            database: {host: ''}                                              | set database.host
            oidc: {issuer: ''}                                                | set oidc.issuer
            oidc: {defaultTenant: ''}                                         | set oidc.defaultTenant
            database: {ca: {existingSecret: ''}}                              | set database.ca.existingSecret
            database: {parameters: {sslmode: disable}}                        | set database.sslMode
            migration: {existingSecret: ''}                                   | set migration.existingSecret
            masterKeys: {existingSecret: ''}                                  | set masterKeys.existingSecret
            alertService: {databaseSecret: ''}                                | set alertService.databaseSecret
            indicatorService: {oidcClient: {existingSecret: ''}}              | set indicatorService.oidcClient.existingSecret
            ingress: {enabled: true, tls: {secretName: a}}                    | set host
            gateway: {enabled: true, parentRefs: [{name: a}]}                 | set host
            {host: a.example.com, ingress: {enabled: true}}                   | set ingress.tls.secretName
            {host: a.example.com, gateway: {enabled: true}}                   | set gateway.parentRefs
            {host: a.example.com, ingress: {enabled: true}, gateway: {enabled: true}} | set one of them to false
            shutdown: {delaySeconds: 30, timeoutSeconds: 30}                  | shutdown.timeoutSeconds
            retention: {audit: 30d}                                           | at least 90d
            retention: {alerts: 30d}                                          | at least 31d
            retention: {alerts: 180d, telemetry: 365d, feeds: 180d}           | set it longer than retention.feeds
            retention: {telemetry: 14d}                                       | set it no longer than that
            image: {jvmOptions: -Xss1m}                                       | set image.variant to jvm
            prometheusRule: {enabled: true}                                   | set serviceMonitor.enabled
            serviceMonitor: {enabled: true}                                   | set networkPolicy.metricsFrom
            responseService: {autoscaling: {min: 9}}                          | swap them
            alertService: {extraEnv: [{name: TOCSIN_LIMITS_PROFILE, value: 'off'}]} | is set by the chart
            alertService: {extraEnv: [{name: QUARKUS_DATASOURCE_PASSWORD, value: a}]} | is set by the chart
            alertService: {extraEnv: [{name: A, value: a}, {name: A, value: b}]} | remove one
            extraVolumes: [{name: tmp, emptyDir: {}}]                         | choose another name
            extraVolumes: [{name: agents-server, emptyDir: {}}]               | choose another name
            extraVolumeMounts: [{name: a, mountPath: /tmp}]                   | choose another path
            extraVolumeMounts: [{name: a, mountPath: /a}, {name: b, mountPath: /a}] | choose another path
            extraVolumeMounts: [{name: a, mountPath: /etc/tocsin/settings}]   | choose another path
            agents: {mutualTls: {mode: required, authority: {existingSecret: b}}} | set agents.mutualTls.server.existingSecret
            agents: {mutualTls: {mode: offered, server: {existingSecret: a}}} | set agents.mutualTls.authority.existingSecret
            {host: a.example.com, ingress: {enabled: true, tls: {secretName: c}}, agents: {mutualTls: {mode: required, server: {existingSecret: a}, authority: {existingSecret: b}}}} | set agents.mutualTls.host
            {host: a.example.com, ingress: {enabled: true, tls: {secretName: c}}, agents: {mutualTls: {mode: required, host: a.example.com, server: {existingSecret: a}, authority: {existingSecret: b}}}} | a name of their own
            {host: a.example.com, gateway: {enabled: true, parentRefs: [{name: g}]}, agents: {mutualTls: {mode: required, host: b.example.com, server: {existingSecret: a}, authority: {existingSecret: b}}}} | mode Passthrough
            extraVolumes: [{name: master-keys, emptyDir: {}}]                 | choose another name
            settings: {tocsin.limits.profile: 'off'}                          | is set by the chart
            settings: {quarkus.datasource.credentials-provider: a}            | looks like a secret
            kafka: {bootstrapServers: ['k:9093']}                             | set kafka.existingSecret to the Secret with username
            kafka: {bootstrapServers: ['k:9093'], securityProtocol: SSL, ca: true} | set kafka.existingSecret to the Secret with ca.crt
            files: {store: s3, s3: {existingSecret: a}}                       | set files.s3.bucket
            files: {store: s3, s3: {bucket: abc}}                             | set files.s3.existingSecret
            files: {store: s3, s3: {bucket: abc, existingSecret: a, kmsKey: k}} | set that, or leave the key empty
            files: {s3: {bucket: abc}}                                        | set files.store to s3
            files: {store: directory}                                         | set files.directory.existingClaim
            files: {directory: {existingClaim: a}}                            | set files.store to directory
            extraVolumes: [{name: files, emptyDir: {}}]                       | choose another name
            oidc: {additionalIssuers: {client: {issuer: 'https://a', audiences: [a], tenants: ['*']}}} | choose another
            oidc: {additionalIssuers: {other: {issuer: 'https://a', audiences: [a]}}} | set its tenants
            """;

    /// The quickstart does not mix with what it brings itself.
    private static final String QUICKSTART = """
            database: {host: postgres}                          | leave database.host empty
            oidc: {issuer: 'https://login.example.com'}         | leave oidc.issuer empty
            migration: {mode: hook}                             | set migration.mode to job
            database: {sslMode: verify-full}                    | set database.sslMode to disable
            oidc: {tokenEndpoint: 'https://login.example.com/token'}    | leave oidc.tokenEndpoint empty
            database: {port: 6432}                              | leave database.port alone
            """;

    private static final Pattern SENTENCE = Pattern.compile("fail (?:\\(printf )?\"([^\"]+)\"");

    record Refusal(ValueSet values, String remedy) {

        static Refusal of(String file, String line) {
            var columns = line.split("\\|", 2);
            return new Refusal(new ValueSet(line.strip(), file, columns[0].strip()), columns[1].strip());
        }

        @Override
        public String toString() {
            return values.name();
        }
    }

    static List<Refusal> refusals() {
        return Stream.concat(
                        MINIMAL.lines().map(line -> Refusal.of(ValueSet.MINIMAL, line)),
                        QUICKSTART.lines().map(line -> Refusal.of(ValueSet.QUICKSTART, line)))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void shouldSayWhatToDo(Refusal refusal) {
        assertThatThrownBy(() -> Chart.render(refusal.values()))
                .hasMessageContaining("execution error")
                .hasMessageContaining(refusal.remedy());
    }

    @Test
    void shouldTryEverySentenceThereIs() {
        // Given
        var said = refusals().stream()
                .map(refusal ->
                        catchThrowable(() -> Chart.render(refusal.values())).getMessage())
                .toList();
        var sentences = SENTENCE.matcher(Yaml.read(Chart.FOLDER.resolve("templates/_validate.tpl")))
                .results()
                .map(found -> found.group(1))
                .toList();

        // Then
        assertThat(sentences)
                .hasSizeGreaterThan(25)
                .allSatisfy(sentence -> assertThat(said)
                        .as(sentence)
                        .anyMatch(message -> Pattern.compile(asPattern(sentence))
                                .matcher(message)
                                .find()));
    }

    private static String asPattern(String format) {
        return Pattern.quote(format).replaceAll("%[sd]", "\\\\E.+\\\\Q");
    }
}
