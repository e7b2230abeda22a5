package io.tocsin.outbound;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Where a service may connect to on behalf of a tenant. A target is looked up anew for each request, every address it
/// has is checked, and the request goes to the address that was checked: what a name means a moment later changes
/// nothing.
public final class Targets {

    private static final int LARGEST_PORT = 65_535;

    private final boolean allowHttp;
    private final List<String> allowedHosts = new ArrayList<>();
    private final List<AddressRange> allowedRanges = new ArrayList<>();

    /// @param allowHttp whether a target may be without TLS
    /// @param allowed host names, addresses and ranges that may be although they are private
    public Targets(boolean allowHttp, List<String> allowed) {
        this.allowHttp = allowHttp;
        for (String one : allowed) {
            String text = one.strip().toLowerCase(Locale.ROOT);
            AddressRange.parse(text).ifPresentOrElse(allowedRanges::add, () -> allowedHosts.add(text));
        }
    }

    /// A target, and the address that was found good.
    public record Checked(URI uri, String host, int port, InetAddress address) {

        public boolean tls() {
            return "https".equalsIgnoreCase(uri.getScheme());
        }
    }

    /// Why nothing may be, or can be, sent there. The reason is shown to whoever named the target.
    public static final class RefusedTargetException extends Exception {

        private static final long serialVersionUID = 1L;

        private RefusedTargetException(String reason) {
            super(reason);
        }
    }

    /// Whether an address has the form of a target, in words of the request otherwise. Where it leads is checked when
    /// something is sent.
    ///
    /// @throws ProblemException `InvalidInput`
    public String check(String url) {
        try {
            URI uri = parse(url);
            String host = host(uri);
            if (AddressRange.parse(host).isPresent()) {
                checked(uri, host);
            }
            return uri.toString();
        } catch (RefusedTargetException refused) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "url: " + refused.getMessage());
        }
    }

    /// Where to connect to, now.
    public Checked resolve(String url) throws RefusedTargetException {
        URI uri = parse(url);
        return checked(uri, host(uri));
    }

    private Checked checked(URI uri, String host) throws RefusedTargetException {
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(host);
        } catch (UnknownHostException unknown) {
            throw new RefusedTargetException("the host name is not known");
        }
        boolean hostAllowed = allowedHosts.contains(host.toLowerCase(Locale.ROOT));
        for (InetAddress address : addresses) {
            if (!hostAllowed && !isAllowed(address)) {
                throw new RefusedTargetException("the host has an address that is not public");
            }
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        return new Checked(uri, host, port, addresses[0]);
    }

    private boolean isAllowed(InetAddress address) {
        return AddressRange.isPublic(address) || allowedRanges.stream().anyMatch(range -> range.holds(address));
    }

    private URI parse(String url) throws RefusedTargetException {
        URI uri;
        try {
            uri = new URI(url.strip());
        } catch (URISyntaxException notOne) {
            throw new RefusedTargetException("it is no URL");
        }
        Set<String> schemes = allowHttp ? Set.of("https", "http") : Set.of("https");
        if (uri.getScheme() == null || !schemes.contains(uri.getScheme().toLowerCase(Locale.ROOT))) {
            throw new RefusedTargetException("it must begin with https://");
        }
        if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > LARGEST_PORT) {
            throw new RefusedTargetException("it names no host");
        }
        if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new RefusedTargetException("it may have neither a user nor a fragment");
        }
        return uri;
    }

    private static String host(URI uri) {
        String host = uri.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
