package io.tocsin.response.file;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/// Contents as objects of a bucket, one a piece (docs/adr/055): `<prefix><tenant>/<blob>/<place in 16 hex digits>`.
final class S3Blobs implements BlobStore, AutoCloseable {

    private static final int PIECE = 1024 * 1024;

    /// What S3 allows.
    private static final int MOST_KEYS = 1_000;

    /// Asked for a range that begins behind the end.
    private static final int NOTHING_THERE = 416;

    private final S3Client client;
    private final S3Config config;
    private final String bucket;
    private final int keysAtOnce;

    S3Blobs(String bucket, S3Config config) {
        this(bucket, config, MOST_KEYS);
    }

    /// @param keysAtOnce how many objects are listed or removed by one call
    S3Blobs(String bucket, S3Config config, int keysAtOnce) {
        this.bucket = bucket;
        this.keysAtOnce = keysAtOnce;
        this.config = config;
        this.client = client(config);
    }

    private static S3Client client(S3Config config) {
        AwsCredentialsProvider login = new FolderLogin(
                Path.of(
                        config.login()
                                .orElseThrow(
                                        () -> new ConfigurationException(
                                                "tocsin.files.s3.bucket needs tocsin.files.s3.login, a folder with access-key and secret-key"))));
        ProfileFile none = ProfileFile.aggregator().build();
        return S3Client.builder()
                .region(Region.of(config.region()))
                .applyMutation(builder -> config.endpoint().ifPresent(builder::endpointOverride))
                .forcePathStyle(config.pathStyle())
                .credentialsProvider(login)
                // What stores that are not Amazon's know: no checksums of its newer kinds, no trailers.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .addPlugin(LegacyMd5Plugin.create())
                .serviceConfiguration(
                        S3Configuration.builder().chunkedEncodingEnabled(false).build())
                // Nothing but our own settings: no ~/.aws, whoever's it is.
                .overrideConfiguration(override -> override.defaultProfileFileSupplier(() -> none)
                        .apiCallTimeout(config.timeout())
                        .apiCallAttemptTimeout(config.attemptTimeout()))
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(config.connectTimeout())
                        .socketTimeout(config.attemptTimeout()))
                .build();
    }

    @Override
    public void write(UUID tenant, UUID blob, long at, byte[] content) {
        PutObjectRequest.Builder put = PutObjectRequest.builder()
                .bucket(bucket)
                .key(key(tenant, blob, at))
                .contentMD5(md5(content));
        switch (config.encryption()) {
            case BUCKET -> {}
            case AES256 -> put.serverSideEncryption(ServerSideEncryption.AES256);
            case KMS ->
                put.serverSideEncryption(ServerSideEncryption.AWS_KMS)
                        .ssekmsKeyId(config.kmsKey().orElse(null));
        }
        reached("write", () -> client.putObject(put.build(), RequestBody.fromBytes(content)));
    }

    @Override
    public byte[] read(UUID tenant, UUID blob, long at) {
        return object(key(tenant, blob, at), 0)
                .or(() -> begunBefore(tenant, blob, at).flatMap(place -> object(key(tenant, blob, place), at - place)))
                .orElseGet(() -> new byte[0]);
    }

    private Optional<byte[]> object(String key, long from) {
        return reached("read", () -> {
            try {
                return Optional.of(client.getObjectAsBytes(
                                get -> get.bucket(bucket).key(key).range("bytes=" + from + "-" + (from + PIECE - 1)))
                        .asByteArray());
            } catch (NoSuchKeyException missing) {
                return Optional.empty();
            } catch (AwsServiceException refused) {
                if (refused.statusCode() == NOTHING_THERE) {
                    return Optional.empty();
                }
                throw refused;
            }
        });
    }

    /// Where the piece begins that a place lies in.
    private Optional<Long> begunBefore(UUID tenant, UUID blob, long at) {
        return keys(tenant, blob).stream()
                .map(key -> HexFormat.fromHexDigitsToLong(key.substring(key.lastIndexOf('/') + 1)))
                .filter(place -> place < at)
                .max(Long::compare);
    }

    @Override
    public void remove(UUID tenant, UUID blob) {
        List<ObjectIdentifier> all = keys(tenant, blob).stream()
                .map(key -> ObjectIdentifier.builder().key(key).build())
                .toList();
        for (int from = 0; from < all.size(); from += keysAtOnce) {
            List<ObjectIdentifier> some = all.subList(from, Math.min(all.size(), from + keysAtOnce));
            var left = reached(
                            "remove",
                            () -> client.deleteObjects(it -> it.bucket(bucket)
                                    .delete(which -> which.objects(some).quiet(true))))
                    .errors();
            if (!left.isEmpty()) {
                throw StoreFault.of(
                        "remove",
                        "it keeps what it was told to remove: "
                                + left.getFirst().code());
            }
        }
    }

    private List<String> keys(UUID tenant, UUID blob) {
        return reached("list", () -> {
            var keys = new ArrayList<String>();
            client
                    .listObjectsV2Paginator(list ->
                            list.bucket(bucket).prefix(folder(tenant, blob)).maxKeys(keysAtOnce))
                    .contents()
                    .stream()
                    .map(S3Object::key)
                    .forEach(keys::add);
            return keys;
        });
    }

    @Override
    public void check() {
        try {
            client.headBucket(head -> head.bucket(bucket)
                    .overrideConfiguration(override -> override.apiCallTimeout(
                                    config.connectTimeout().plusSeconds(1))
                            .apiCallAttemptTimeout(config.connectTimeout().plusSeconds(1))));
        } catch (SdkException failed) {
            throw new IllegalStateException(reason(failed), failed);
        }
    }

    @Override
    public void close() {
        client.close();
    }

    private static <T> T reached(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException failed) {
            throw StoreFault.of(what, reason(failed));
        }
    }

    /// What a person needs to know of it; the whole message repeats addresses and names.
    private static String reason(SdkException failed) {
        if (failed instanceof AwsServiceException refused) {
            String code = refused.awsErrorDetails() == null
                    ? ""
                    : " " + refused.awsErrorDetails().errorCode();
            return "the store answers " + refused.statusCode() + code;
        }
        return failed.getMessage();
    }

    private String key(UUID tenant, UUID blob, long at) {
        return folder(tenant, blob) + HexFormat.of().toHexDigits(at);
    }

    private String folder(UUID tenant, UUID blob) {
        return config.prefix().orElse("") + tenant + "/" + blob + "/";
    }

    private static String md5(byte[] content) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(content));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
