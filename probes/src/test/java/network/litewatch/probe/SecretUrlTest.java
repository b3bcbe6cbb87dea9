package network.litewatch.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SecretUrlTest {
    private static final Set<String> ALL = Set.of("http", "https", "tcp", "tls", "dns", "ws", "wss");

    @ParameterizedTest
    @CsvSource({
        "http://a.example,     80",
        "http://0x.example,    80",
        "http://10.0.0.1,      80",
        "http://01.example,    80",
        "https://a.example/b,  443",
        "WSS://a.example,      443",
        "ws://a.example:8080,  8080",
        "tls://a.example,      443",
        "dns://192.0.2.1,      53",
        "tcp://[2001:db8::1]:1, 1"
    })
    void knowsItsPort(String text, int port) {
        assertThat(SecretUrl.parse(text, ALL).port()).isEqualTo(port);
    }

    @ParameterizedTest
    @CsvSource({
        "tcp://a.example/S3CRET,          has no port",
        "tcp://a.example:0/S3CRET,        between 1 and 65535",
        "http://a.example:70000/S3CRET,   between 1 and 65535",
        "ftp://a.example/S3CRET,          must start with dns:// or http://",
        "S3CRET,                          must start with",
        "http:///S3CRET,                  has no host",
        "http://a example/S3CRET,         not a URL",
        "http://0177.0.0.1/S3CRET,        programs read differently",
        "http://127.0.0.01/S3CRET,        programs read differently",
        "http://[fe80::1%25lo]/S3CRET,    programs read differently"
    })
    void refusesWhatCannotBeDialledWithoutRepeatingIt(String text, String why) {
        assertThatThrownBy(() -> SecretUrl.parse(text, ALL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("S3CRET");
    }

    @Test
    void isOfTheWebUnlessOtherSchemesAreAskedFor() {
        assertThat(SecretUrl.parse("https://a.example").scheme()).isEqualTo("https");
        assertThatThrownBy(() -> SecretUrl.parse("tcp://a.example:1"))
                .hasMessageContaining("must start with http:// or https://");
    }

    @Test
    void whatIsBelowKeepsItsScheme() {
        assertThat(SecretUrl.parse("ws://a.example/k", ALL).resolve("/b").reveal())
                .hasToString("ws://a.example/k/b");
    }
}
