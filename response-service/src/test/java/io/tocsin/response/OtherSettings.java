package io.tocsin.response.file;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/// The service keeps its files in S3. Where the keys lie is a system property, since the resource lives in another
/// class loader than the tests.
public final class S3Resource implements QuarkusTestResourceLifecycleManager {

    public static final String LOGIN = "tocsin.test.s3.login";

    public static final String ADDRESS = "tocsin.test.s3.address";

    private S3Process process;

    @Override
    public Map<String, String> start() {
        process = new S3Process();
        System.setProperty(LOGIN, process.login().toString());
        System.setProperty(ADDRESS, process.address().toString());
        return Map.of(
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
