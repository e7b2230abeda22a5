package io.tocsin.response.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tocsin.outbound.AddressRange;
import io.tocsin.response.machine.IpInterfaceOperationalStatus;
import io.tocsin.response.machine.MachineIpAddress;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.IpLiteral;
import io.tocsin.wire.ProblemException;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/// The addresses an agent reports: `[{ipAddress, macAddress, type, operationalStatus}]`.
final class Addresses {

    private static final int MOST = 64;
    private static final Pattern ZONE = Pattern.compile("(?<=:[^%]{0,39})%[\\w.-]{1,32}$");

    private Addresses() {}

    /// The list as JSON text with exactly the four members, or null when none was sent.
    static String json(JsonNode sent) {
        if (sent == null || sent.isNull()) {
            return null;
        }
        if (!sent.isArray() || sent.size() > MOST) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "ipAddresses is not a list of at most " + MOST);
        }
        var list = JsonNodeFactory.instance.arrayNode();
        for (JsonNode row : sent) {
            MachineIpAddress it = MachineIpAddress.of(row);
            if (!row.isObject() || it.ipAddress() != null && !isAddress(it.ipAddress())) {
                throw new ProblemException(CommonProblem.INVALID_INPUT, "ipAddresses holds what is no address");
            }
            list.addObject()
                    .put("ipAddress", it.ipAddress())
                    .put("macAddress", it.macAddress())
                    .put("type", it.type() == null ? null : it.type().name())
                    .put(
                            "operationalStatus",
                            it.operationalStatus() == null
                                    ? null
                                    : it.operationalStatus().name());
        }
        return list.toString();
    }

    /// A literal, of IPv6 perhaps with its zone.
    private static boolean isAddress(String text) {
        return IpLiteral.isOne(ZONE.matcher(text).replaceFirst(""));
    }

    /// Where the request comes from, as trusted proxies tell; null for an address of a network of one's own, which says
    /// nothing of the machine to others.
    static String external(RoutingContext request) {
        return external(request.request().remoteAddress().hostAddress());
    }

    static String external(String peer) {
        if (peer == null || !IpLiteral.isOne(peer)) {
            return null;
        }
        try {
            InetAddress address = InetAddress.getByName(peer);
            return AddressRange.isPublic(address) ? address.getHostAddress() : null;
        } catch (UnknownHostException impossible) {
            return null; // it is a literal
        }
    }

    /// The first address that is up and leads somewhere.
    static String last(JsonNode sent) {
        if (sent == null || !sent.isArray()) {
            return null;
        }
        return sent.valueStream()
                .map(MachineIpAddress::of)
                .filter(Addresses::isUp)
                .map(MachineIpAddress::ipAddress)
                .filter(Addresses::leadsSomewhere)
                .findFirst()
                .orElse(null);
    }

    private static boolean isUp(MachineIpAddress it) {
        return it.ipAddress() != null
                && (it.operationalStatus() == null || it.operationalStatus() == IpInterfaceOperationalStatus.Up);
    }

    private static boolean leadsSomewhere(String address) {
        return !address.startsWith("127.")
                && !address.equals("::1")
                && !address.startsWith("fe80")
                && !address.startsWith("169.254.");
    }
}
