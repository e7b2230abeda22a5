package io.tocsin.outbound;

import io.tocsin.wire.IpLiteral;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A range of addresses, as `10.0.0.0/8`.
public record AddressRange(byte[] base, int prefix) {

    /// Of IPv4 what is not globally reachable by IANA's register of special-purpose addresses, and what reaches many.
    private static final List<AddressRange> PRIVATE_4 = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.31.196.0/24",
                    "192.52.193.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "192.175.48.0/24",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4")
            .map(AddressRange::known)
            .toList();

    /// Of IPv6 only this is assigned to be reached from anywhere…
    private static final AddressRange GLOBAL_6 = known("2000::/3");

    /// …but for protocols, documentation, and addresses that hold an IPv4 address, which may be a private one.
    private static final List<AddressRange> PRIVATE_6 = Stream.of(
                    "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "2620:4f:8000::/48")
            .map(AddressRange::known)
            .toList();

    /// The range a text names, an address alone being one of itself; none when it names no address.
    public static Optional<AddressRange> parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (!IpLiteral.isOne(address)) {
            return Optional.empty();
        }
        try {
            byte[] base = InetAddress.getByName(address).getAddress();
            int prefix = slash < 0 ? base.length * 8 : Integer.parseInt(text.substring(slash + 1));
            return prefix < 0 || prefix > base.length * 8
                    ? Optional.empty()
                    : Optional.of(new AddressRange(base, prefix));
        } catch (UnknownHostException | NumberFormatException notOne) {
            return Optional.empty();
        }
    }

    private static AddressRange known(String text) {
        return parse(text).orElseThrow();
    }

    /// Whether anybody in the Internet would reach the same host by it.
    public static boolean isPublic(InetAddress address) {
        return address.getAddress().length == 4
                ? PRIVATE_4.stream().noneMatch(range -> range.holds(address))
                : GLOBAL_6.holds(address) && PRIVATE_6.stream().noneMatch(range -> range.holds(address));
    }

    /// Whether the address lies in it.
    public boolean holds(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != base.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((bytes[bit / 8] & mask) != (base[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
