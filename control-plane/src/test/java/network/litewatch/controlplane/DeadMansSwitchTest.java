package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import network.litewatch.controlplane.DeadMansSwitch.Question;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.http.Cidr;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeadMansSwitchTest {
    private final GuardedClient client =
            new GuardedClient(EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8"))), System::nanoTime, 1);
    private final AtomicInteger pings = new AtomicInteger();
    private HttpServer server;
    private Optional<String> wrong = Optional.empty();
    private boolean throwing;
    private int status = 200;
    private DeadMansSwitch deadman;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/secret-id", exchange -> {
            pings.incrementAndGet();
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        deadman = new DeadMansSwitch(
                List.of(new Question("schedule", Optional::empty), new Question("outbox", () -> {
                    if (throwing) {
                        throw new IOException("with a password in it");
                    }
                    return wrong;
                })),
                client.http(),
                SecretUrl.parse("http://127.0.0.1:" + server.getAddress().getPort() + "/secret-id"));
    }

    @AfterEach
    void stop() throws Exception {
        server.stop(0);
        client.close();
    }

    @Test
    void pingsAfterEachCheckThatFoundNothing() {
        assertThat(deadman.silent()).isPresent();
        deadman.run();
        deadman.run();

        assertThat(pings).hasValue(2);
        assertThat(deadman.silent()).isEmpty();
    }

    @Test
    void isSilentAsLongAsAnyPartIsNotWellAndPingsAgainAfterwards() {
        deadman.run();
        wrong = Optional.of("documents wait since noon");
        deadman.run();
        deadman.run();
        assertThat(pings).hasValue(1);
        assertThat(deadman.silent()).hasValue("outbox: documents wait since noon");

        wrong = Optional.empty();
        deadman.run();
        assertThat(pings).hasValue(2);
        assertThat(deadman.silent()).isEmpty();
    }

    @Test
    void aQuestionThatThrowsIsATroubleOfWhichOnlyTheKindIsSaid() {
        throwing = true;
        deadman.run();

        assertThat(pings).hasValue(0);
        assertThat(deadman.silent()).hasValue("outbox: IOException");
    }

    @Test
    void aSwitchThatDoesNotTakeItIsNamedWithoutItsUrl() {
        status = 500;
        deadman.run();
        assertThat(deadman.silent()).hasValue("the switch answered 500");
        server.stop(0);
        deadman.run();
        assertThat(deadman.silent())
                .hasValueSatisfying(why -> assertThat(why)
                        .startsWith("the switch cannot be reached: ")
                        .doesNotContain("secret-id"));
    }
}
