package network.litewatch.controlplane.injector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.hash.Hashing;
import io.dropwizard.core.Application;
import io.dropwizard.testing.DropwizardTestSupport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.Injector;
import network.litewatch.controlplane.drill.http.HttpInjector;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.http.Cidr;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.NettyExchanger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The injector as it is shipped, before a loopback server that echoes, asked as the control plane asks it. */
class InjectorIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String TOKEN = "lw_made-for-this-test";

    @TempDir
    private Path folder;

    private ServerSocket echo;
    private int way;
    private DropwizardTestSupport<InjectorConfiguration> injector;
    private NettyExchanger http;

    @BeforeEach
    void start() throws Exception {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread accepting = new Thread(this::accept, "echo");
        accepting.setDaemon(true);
        accepting.start();
        way = freePort();
        Path file = Files.writeString(folder.resolve("injector.yml"), config(way, echo.getLocalPort()));
        injector = new DropwizardTestSupport<InjectorConfiguration>(InjectorApplication.class, file.toString()) {
            @Override
            public Application<InjectorConfiguration> newApplication() {
                return new InjectorApplication(InstantSource.system(), new Placeholders(name -> null), file);
            }
        };
        injector.before();
        http = new NettyExchanger(EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8"))), System::nanoTime, 4);
    }

    @AfterEach
    void stop() throws IOException {
        http.close();
        injector.after();
        echo.close();
    }

    @Test
    void anEndpointIsOutOfReachUntilTheFaultIsUndone() throws Exception {
        assertThat(reaches(way)).isTrue();
        Injector.Answer answer = asked(TOKEN).inject(fault("tcp.reset", "router", "60s"));

        assertThat(answer).isInstanceOfSatisfying(Injector.Made.class, made -> {
            assertThat(reaches(way)).isFalse();
            assertThat(asked(TOKEN).undo(fault("tcp.reset", "router", "60s"), Optional.of(made.handle())))
                    .isEmpty();
        });
        assertThat(reaches(way)).isTrue();
    }

    @Test
    void aFaultEndsWithItsLeaseThoughNobodyAsksAgain() {
        assertThat(asked(TOKEN).inject(fault("tcp.reset", "router", "2s"))).isInstanceOf(Injector.Made.class);
        assertThat(reaches(way)).isFalse();

        await().atMost(PATIENCE).until(() -> reaches(way));
    }

    @Test
    void whoHasNoTokenBreaksNothing() {
        assertThat(asked("lw_another").inject(fault("tcp.reset", "router", "60s")))
                .isInstanceOfSatisfying(
                        Injector.NotMade.class, not -> assertThat(not.certain()).isTrue());
        assertThat(asked("lw_another").refusal(fault("tcp.reset", "router", "60s")))
                .isPresent();
        assertThat(reaches(way)).isTrue();
    }

    @Test
    void whatItHasNotOrDoesNotUnderstandIsRefusedInItsWords() {
        assertThat(asked(TOKEN).refusal(fault("tcp.reset", "router", "60s"))).isEmpty();
        assertThat(asked(TOKEN).refusal(fault("tcp.reset", "elsewhere", "60s")).orElseThrow())
                .contains("cannot be made at elsewhere", "router");
        assertThat(asked(TOKEN).refusal(fault("service.stop", "router", "60s")).orElseThrow())
                .contains("no fault service.stop");
        assertThat(asked(TOKEN).inject(new Drill.Fault("tcp.latency", "router", Map.of("ms", "much"), PATIENCE)))
                .isInstanceOfSatisfying(
                        Injector.NotMade.class,
                        not -> assertThat(not.reason()).contains("args.ms: expected a whole number"));
    }

    @Test
    void aConfigurationThatCannotWorkIsRefusedByField() throws Exception {
        assertThat(InjectorConfigurations.problems("proxies: {Router!: {listen: '127.0.0.1', upstream: nowhere}}"))
                .hasSize(3)
                .anySatisfy(problem -> assertThat(problem).startsWith("proxies.Router!: drills name it as fault.at"))
                .anySatisfy(problem -> assertThat(problem).startsWith("proxies.Router!.listen: needs a port"))
                .anySatisfy(problem -> assertThat(problem).startsWith("proxies.Router!.upstream: needs a port"));
        assertThat(InjectorConfigurations.problems("services: {one: {host: miner-1, unit: cortensord@1}}"))
                .singleElement()
                .asString()
                .startsWith("ansible: is missing");
        assertThat(InjectorConfigurations.problems("services: {}"))
                .singleElement()
                .asString()
                .contains("nothing that could be broken");
        assertThatThrownBy(() -> InjectorConfigurations.read("services: {one: {host: '-i', unit: 'a; reboot'}}"))
                .hasMessageContaining("host must match")
                .hasMessageContaining("unit must match");
    }

    private HttpInjector asked(String token) {
        return new HttpInjector(
                http, SecretUrl.parse("http://127.0.0.1:" + injector.getLocalPort()), Optional.of(new Secret(token)));
    }

    private static Drill.Fault fault(String type, String at, String lease) {
        return new Drill.Fault(
                type, at, Map.of(), Duration.ofSeconds(Long.parseLong(lease.substring(0, lease.length() - 1))));
    }

    private static String config(int listen, int upstream) {
        return """
                server:
                  applicationConnectors: [{type: http, port: 0, bindHost: 127.0.0.1}]
                  adminConnectors: [{type: http, port: 0, bindHost: 127.0.0.1}]
                  requestLog: {appenders: []}
                auth: {tokens: [{name: control-plane, role: operator, sha256: %s}]}
                proxies: {router: {listen: '127.0.0.1:%d', upstream: 'localhost:%d'}}
                """.formatted(Hashing.sha256().hashString(TOKEN, StandardCharsets.UTF_8), listen, upstream);
    }

    /** Whether a byte comes back. */
    private static boolean reaches(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(7);
            return socket.getInputStream().read() == 7;
        } catch (IOException e) {
            return false;
        }
    }

    private void accept() {
        while (!echo.isClosed()) {
            try (Socket client = echo.accept()) {
                int read = client.getInputStream().read();
                if (read != -1) {
                    client.getOutputStream().write(read);
                }
            } catch (IOException e) {
                // One connection less; or the end.
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
