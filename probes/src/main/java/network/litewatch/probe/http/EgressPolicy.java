package network.litewatch.probe.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which addresses a probe may dial. Pure.
 *
 * <p>Public unicast is allowed. What only exists inside somebody's network is denied unless a block in the allow list
 * covers it. Link-local, cloud metadata, multicast and unroutable addresses are denied whatever the list says. An IPv4
 * address inside an IPv6 one (mapped, compatible, NAT64, 6to4) is judged as itself, so that no spelling gets round.
 */
public final class EgressPolicy {
    private static final List<Cidr> NEVER = blocks(
            "0.0.0.0/8",
            "169.254.0.0/16",
            "100.100.100.200/32", // Alibaba Cloud metadata
            "168.63.129.16/32", // Azure's host agent
            "192.0.0.192/32", // Oracle Cloud metadata
            "224.0.0.0/4",
            "240.0.0.0/4",
            "::/128",
            "fe80::/10",
            "ff00::/8",
            "fd00:ec2::254/128", // AWS metadata
            "fd20:ce::254/128"); // Google Cloud metadata

    // RFC 6890 and its successors: everything that is not global unicast.
    private static final List<Cidr> PRIVATE = blocks(
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "::1/128",
            "64:ff9b:1::/48",
            "100::/64",
            "2001::/23", // Teredo and other special assignments
            "2001:db8::/32",
            "3fff::/20",
            "5f00::/16",
            "fc00::/7",
            "fec0::/10");

    private static final Cidr NAT64 = Cidr.parse("64:ff9b::/96");
    private static final Cidr SIX_TO_FOUR = Cidr.parse("2002::/16");
    private static final Cidr COMPATIBLE = Cidr.parse("::/96");

    private final List<Cidr> allowed;

    private EgressPolicy(List<Cidr> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    /** Public addresses only. */
    public static EgressPolicy publicOnly() {
        return new EgressPolicy(List.of());
    }

    /** Public addresses, and private ones within {@code blocks}. */
    public static EgressPolicy allowing(List<Cidr> blocks) {
        return new EgressPolicy(blocks);
    }

    /** Why {@code address} must not be dialled, in words for an operator; empty if it may be. */
    public Optional<String> denial(InetAddress address) {
        byte[] plain = unwrap(address.getAddress());
        for (Cidr block : NEVER) {
            if (block.contains(plain)) {
                return Optional.of("addresses in " + block + " are never dialled");
            }
        }
        for (Cidr block : PRIVATE) {
            if (block.contains(plain) && allowed.stream().noneMatch(allow -> allow.contains(plain))) {
                return Optional.of("addresses in " + block + " are not public and not in the egress allow list");
            }
        }
        return Optional.empty();
    }

    /**
     * {@code addresses}, all of which may be dialled. Throws an {@link UnknownHostException} of our own if one may not: one
     * forbidden address spoils the name, or whoever owns it could alternate until we dial the other.
     */
    List<InetAddress> checked(List<InetAddress> addresses) throws UnknownHostException {
        for (InetAddress address : addresses) {
            Optional<String> denial = denial(address);
            if (denial.isPresent()) {
                throw new EgressDeniedException(denial.get());
            }
        }
        return addresses;
    }

    private static byte[] unwrap(byte[] address) {
        if (SIX_TO_FOUR.contains(address)) {
            return Arrays.copyOfRange(address, 2, 6);
        }
        if (NAT64.contains(address) || isCompatible(address)) {
            return Arrays.copyOfRange(address, 12, 16);
        }
        // Java turns ::ffff:0:0/96 into IPv4 itself, but a resolver of somebody else's may not.
        if (address.length == 16 && isMapped(address)) {
            return Arrays.copyOfRange(address, 12, 16);
        }
        return address;
    }

    private static boolean isCompatible(byte[] address) {
        // :: and ::1 are addresses of their own.
        return COMPATIBLE.contains(address) && (address[12] != 0 || address[13] != 0 || address[14] != 0);
    }

    private static boolean isMapped(byte[] address) {
        for (int i = 0; i < 10; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return address[10] == (byte) 0xff && address[11] == (byte) 0xff;
    }

    private static List<Cidr> blocks(String... blocks) {
        return Arrays.stream(blocks).map(Cidr::parse).toList();
    }
}
