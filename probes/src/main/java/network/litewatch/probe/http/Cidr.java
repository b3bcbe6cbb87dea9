package network.litewatch.probe.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/** A block of addresses, for example {@code 10.0.0.0/8} or {@code fd00::/8}. */
public final class Cidr {
    // A literal only: InetAddress would look anything else up in DNS.
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private final String text;
    private final byte[] base;
    private final int prefix;

    private Cidr(String text, byte[] base, int prefix) {
        this.text = text;
        this.base = base;
        this.prefix = prefix;
    }

    /** Throws {@link IllegalArgumentException} saying what is wrong with {@code text}. */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("not address/prefix: " + text);
        }
        byte[] base = literal(text, text.substring(0, slash));
        int prefix = prefix(text, text.substring(slash + 1), base.length * 8);
        for (int bit = prefix; bit < base.length * 8; bit++) {
            if ((base[bit / 8] >> (7 - bit % 8) & 1) != 0) {
                throw new IllegalArgumentException("has bits set behind its prefix: " + text);
            }
        }
        return new Cidr(text, base, prefix);
    }

    /** Whether {@code address} lies in the block; never across families, and without unwrapping. */
    public boolean contains(InetAddress address) {
        return contains(address.getAddress());
    }

    /** Whether every address of {@code other} lies in this block. */
    public boolean contains(Cidr other) {
        return other.prefix >= prefix && contains(other.base);
    }

    boolean contains(byte[] address) {
        if (address.length != base.length) {
            return false;
        }
        int wholeBytes = prefix / 8;
        if (!Arrays.equals(address, 0, wholeBytes, base, 0, wholeBytes)) {
            return false;
        }
        int rest = prefix % 8;
        return rest == 0 || ((address[wholeBytes] ^ base[wholeBytes]) & 0xff) >> (8 - rest) == 0;
    }

    @Override
    public String toString() {
        return text;
    }

    private static byte[] literal(String text, String address) {
        if (!IPV4.matcher(address).matches() && !IPV6.matcher(address).matches()) {
            throw new IllegalArgumentException("not an address literal: " + text);
        }
        try {
            return InetAddress.getByName(address).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an address literal: " + text, e);
        }
    }

    private static int prefix(String text, String digits, int max) {
        int prefix = digits.matches("\\d{1,3}") ? Integer.parseInt(digits) : -1;
        if (prefix < 0 || prefix > max) {
            throw new IllegalArgumentException("prefix must be 0-" + max + ": " + text);
        }
        return prefix;
    }
}
