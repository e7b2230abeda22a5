package io.tocsin.response;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.tocsin.response.file.S3Process;
import java.util.Map;

/// A second start of the service, for what some tests want set otherwise: files in S3, and few agents at once. Where
/// the
/// keys lie is a system property, since the resource lives in another class loader than the tests.
public final class OtherSettings implements QuarkusTestResourceLifecycleManager {

    public static final String LOGIN = "tocsin.test.s3.login";

    public static final String ADDRESS = "tocsin.test.s3.address";

    private S3Process process;

    @Override
    public Map<String, String> start() {
        process = new S3Process();
        System.setProperty(LOGIN, process.login().toString());
        System.setProperty(ADDRESS, process.address().toString());
        return Map.of(
                "tocsin.agents.arrivals",
                "20",
                "tocsin.files.s3.bucket",
                S3Process.BUCKET,
                "tocsin.files.s3.endpoint",
                process.address().toString(),
                "tocsin.files.s3.path-style",
                "true",
                "tocsin.files.s3.login",
                process.login().toAbsolutePath().toString());
    }

    @Override
    public void stop() {
        if (process != null) {
            process.close();
        }
    }
}
