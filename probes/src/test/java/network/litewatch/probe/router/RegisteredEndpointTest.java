package network.litewatch.probe.router;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RegisteredEndpointTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:5010",
                "http://10.1.2.3:5010/api",
                "https://192.168.1.20",
                "{\"host\":\"172.16.0.9\",\"port\":5010}",
                "169.254.169.254",
                "0.0.0.0:5010",
                "http://[::1]:5010",
                "http://[fe80::1]:5010",
                "http://[::ffff:127.0.0.1]/",
                "http://localhost:5010",
                "LOCALHOST",
                "router.local:5010",
                "https://router.internal/"
            })
    void isReachableForNobodyOutside(String endpoint) {
        assertThat(RegisteredEndpoint.isPrivate(endpoint)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "lab",
                "local",
                "https://router.example",
                "https://local.example/",
                "http://8.8.8.8:5010",
                "http://[2606:4700::1111]:5010",
                "router v110.0.0.1.5",
                "[:::::]",
                "999.0.0.1"
            })
    void saysNothingAgainstIt(String endpoint) {
        assertThat(RegisteredEndpoint.isPrivate(endpoint)).isFalse();
    }
}
