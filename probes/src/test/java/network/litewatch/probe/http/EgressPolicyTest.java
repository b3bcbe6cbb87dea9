package network.litewatch.probe.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EgressPolicyTest {
    private static final EgressPolicy PUBLIC = EgressPolicy.publicOnly();
    private static final EgressPolicy WIDE_OPEN =
            EgressPolicy.allowing(List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0")));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "172.15.255.255",
                "172.32.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "192.167.255.255",
                "192.169.0.0",
                "11.0.0.0",
                "9.255.255.255",
                "126.255.255.255",
                "128.0.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2606:4700:4700::1111",
                "2a00:1450::1",
                "64:ff9b::1.1.1.1",
                "2002:101:101::1",
                "::ffff:8.8.8.8",
                "::8.8.8.8"
            })
    void dialsPublicAddresses(String address) throws UnknownHostException {
        assertThat(PUBLIC.denial(address(address))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1",
                "10.255.255.255",
                "127.0.0.1",
                "127.8.8.8",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "100.64.0.1",
                "100.127.255.255",
                "192.0.2.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.7",
                "203.0.113.9",
                "192.0.0.8",
                "192.88.99.1",
                "::1",
                "fc00::1",
                "fd12:3456::1",
                "fec0::1",
                "2001:db8::1",
                "2001:0:4136::1",
                "64:ff9b:1::1",
                "100::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::127.0.0.1",
                "64:ff9b::10.0.0.1",
                "64:ff9b::7f00:1",
                "2002:a00:1::1",
                "2002:c0a8:101::1",
                "2002:7f00:1::1"
            })
    void dialsPrivateAddressesOnlyWhenAllowed(String address) throws UnknownHostException {
        assertThat(PUBLIC.denial(address(address))).isPresent();
        assertThat(WIDE_OPEN.denial(address(address))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "169.254.169.254",
                "169.254.0.1",
                "100.100.100.200",
                "168.63.129.16",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "192.0.0.192",
                "::",
                "fe80::1",
                "febf::1",
                "ff02::1",
                "fd00:ec2::254",
                "fd20:ce::254",
                "::ffff:169.254.169.254",
                "::169.254.169.254",
                "64:ff9b::169.254.169.254",
                "64:ff9b::a9fe:a9fe",
                "2002:a9fe:a9fe::1",
                "2002:e000:1::1"
            })
    void neverDialsMetadataLinkLocalMulticastAndUnroutableAddresses(String address) throws UnknownHostException {
        assertThat(PUBLIC.denial(address(address))).isPresent();
        assertThat(WIDE_OPEN.denial(address(address))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2852039166", "127.1", "0x7f.1", "017700000001"})
    void oddSpellingsAreJudgedAsWhatTheyDial(String spelling) throws UnknownHostException {
        // Whatever the JVM makes of it; spellings that it refuses are no way round either.
        InetAddress[] dialled;
        try {
            dialled = InetAddress.getAllByName(spelling);
        } catch (UnknownHostException refused) {
            return;
        }
        assertThat(dialled)
                .allSatisfy(address -> assertThat(PUBLIC.denial(address)).isPresent());
    }

    @Test
    void unwrapsAMappedAddressThatJavaDidNotUnwrap() throws UnknownHostException {
        byte[] mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xff;
        mapped[12] = (byte) 169;
        mapped[13] = (byte) 254;
        assertThat(WIDE_OPEN.denial(Inet6Address.getByAddress(null, mapped, -1)))
                .isPresent();
    }

    @Test
    void allowsNoMoreThanTheList() throws UnknownHostException {
        EgressPolicy lab = EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8")));
        assertThat(lab.denial(address("127.0.0.1"))).isEmpty();
        assertThat(lab.denial(address("::ffff:127.0.0.1"))).isEmpty();
        assertThat(lab.denial(address("10.0.0.1")))
                .hasValueSatisfying(
                        why -> assertThat(why).contains("10.0.0.0/8").contains("allow list"));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0, not address/prefix",
        "10.0.0.0/33, prefix must be 0-32",
        "10.0.0.0/x, prefix must be 0-32",
        "10.0.0.1/8, bits set",
        "localhost/8, not an address literal",
        "999.1.1.1/8, not an address literal",
        "::/129, prefix must be 0-128",
        "fd00::1/8, bits set"
    })
    void refusesBlocksThatAreNone(String text, String why) {
        assertThatThrownBy(() -> Cidr.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    private static InetAddress address(String literal) throws UnknownHostException {
        return InetAddress.getAllByName(literal)[0];
    }
}
