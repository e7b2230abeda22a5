package io.tocsin.response.file;

import io.tocsin.response.ResponseProblem;
import io.tocsin.secret.Secrets;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.RetryLaterException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;

/// Links by which whoever has one fetches a file of an action, for a while and without a token. What a link is to is
/// sealed with the tenant's key: it can be made by nobody else, read by nobody, and bent to nothing else.
@ApplicationScoped
public class FileLinks {

    private static final String PURPOSE = "file-link";

    /// What a link leads to.
    ///
    /// @param action the action it is a file of
    /// @param part `package`, or the position of a command
    public record Target(UUID action, String part) {}

    private final Secrets secrets;
    private final FileConfig config;

    FileLinks(Secrets secrets, FileConfig config) {
        this.secrets = secrets;
        this.config = config;
    }

    /// Its path on this host. Call it outside of a transaction: the tenant's key may have to be made.
    public String path(UUID tenant, Target target) {
        secrets.prepare(tenant);
        long end = WireTime.now().plusSeconds(config.link().toSeconds()).ticks();
        String text = end + "/" + target.action() + "/" + target.part();
        byte[] sealed = secrets.seal(tenant, PURPOSE, PURPOSE, text.getBytes(StandardCharsets.UTF_8));
        return "/v1/files/" + tenant + "/"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
    }

    /// @throws ProblemException 404 when it is no link of ours, or its time is over; 503 while the master key is
    /// missing that it needs
    public Target open(UUID tenant, String link) {
        String[] parts = text(tenant, link).split("/", 3);
        if (Long.parseLong(parts[0]) < WireTime.now().ticks()) {
            throw gone();
        }
        return new Target(UUID.fromString(parts[1]), parts[2]);
    }

    private String text(UUID tenant, String link) {
        byte[] sealed = sealed(link);
        try {
            return new String(secrets.open(tenant, PURPOSE, PURPOSE, sealed), StandardCharsets.UTF_8);
        } catch (IllegalStateException notOurs) {
            throw gone();
        } catch (RetryLaterException missing) {
            throw secrets.isKept(tenant, sealed) ? missing : gone();
        }
    }

    private static byte[] sealed(String link) {
        try {
            return Base64.getUrlDecoder().decode(link);
        } catch (IllegalArgumentException notOurs) {
            throw gone();
        }
    }

    private static ProblemException gone() {
        return new ProblemException(ResponseProblem.FILE_NOT_THERE, "The link is none, or its time is over");
    }
}
