package network.litewatch.controlplane.drill.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.Injector;
import network.litewatch.fault.FaultRegistry;
import network.litewatch.lab.fault.FaultServer;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.http.Cidr;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.NettyExchanger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against the lab's own fault API. */
class HttpInjectorIT {
    private final AtomicInteger broken = new AtomicInteger();
    private final FaultRegistry registry = new FaultRegistry(InstantSource.system());
    private final FaultServer server = new FaultServer(0, registry);
    private final NettyExchanger http =
            new NettyExchanger(EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8"))), System::nanoTime, 4);
    private final HttpInjector injector =
            new HttpInjector(http, SecretUrl.parse("http://127.0.0.1:" + server.port()), Optional.empty());

    HttpInjectorIT() {
        registry.register("rpc.lag", "rpc-b", (args, lease) -> {
            if (!args.path("blocks").isInt()) {
                throw new IllegalArgumentException("blocks: required");
            }
            broken.incrementAndGet();
            return broken::decrementAndGet;
        });
    }

    @AfterEach
    void stop() {
        server.close();
        registry.close();
        http.close();
    }

    @Test
    void aFaultIsMadeAndUndoneByItsHandle() {
        Injector.Answer answer = injector.inject(fault("rpc.lag", "rpc-b", Map.of("blocks", 9L), "60s"));

        assertThat(answer).isInstanceOfSatisfying(Injector.Made.class, made -> {
            assertThat(broken).hasValue(1);
            assertThat(made.ends()).isAfter(InstantSource.system().instant().plusSeconds(30));
            assertThat(injector.undo(fault("rpc.lag", "rpc-b", Map.of(), "60s"), Optional.of(made.handle())))
                    .isEmpty();
            assertThat(broken).hasValue(0);
            // It is over already, which is what was asked for.
            assertThat(injector.undo(fault("rpc.lag", "rpc-b", Map.of(), "60s"), Optional.of(made.handle())))
                    .isEmpty();
        });
    }

    @Test
    void aFaultWhoseHandleIsNotKnownIsFoundByWhatItIs() {
        assertThat(injector.inject(fault("rpc.lag", "rpc-b", Map.of("blocks", 9L), "60s")))
                .isInstanceOf(Injector.Made.class);

        assertThat(injector.undo(fault("rpc.lag", "rpc-b", Map.of(), "60s"), Optional.empty()))
                .isEmpty();

        assertThat(broken).hasValue(0);
    }

    @Test
    void aFaultEndsWithItsLeaseThoughNobodyUndoesIt() {
        assertThat(injector.inject(fault("rpc.lag", "rpc-b", Map.of("blocks", 9L), "1s")))
                .isInstanceOf(Injector.Made.class);

        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAtomic(broken, org.hamcrest.Matchers.equalTo(0));
    }

    @Test
    void whatItHasNotIsRefusedInItsWords() {
        assertThat(injector.refusal(fault("rpc.lag", "rpc-b", Map.of(), "60s"))).isEmpty();
        assertThat(injector.refusal(fault("rpc.lag", "rpc-z", Map.of(), "60s")).orElseThrow())
                .contains("cannot be made at rpc-z", "rpc-b");
        assertThat(injector.refusal(fault("rpc.leg", "rpc-b", Map.of(), "60s")).orElseThrow())
                .contains("no fault rpc.leg");
        assertThat(injector.inject(fault("rpc.lag", "rpc-b", Map.of("blocks", "many"), "60s")))
                .isInstanceOfSatisfying(Injector.NotMade.class, not -> {
                    assertThat(not.certain()).isTrue();
                    assertThat(not.reason()).contains("blocks: required");
                });
    }

    @Test
    void whetherAnInjectorThatIsGoneMadeItIsNotKnown() {
        server.close();

        assertThat(injector.refusal(fault("rpc.lag", "rpc-b", Map.of(), "60s")).orElseThrow())
                .contains("does not answer");
        assertThat(injector.inject(fault("rpc.lag", "rpc-b", Map.of("blocks", 9L), "60s")))
                .isInstanceOfSatisfying(
                        Injector.NotMade.class, not -> assertThat(not.certain()).isFalse());
        assertThat(injector.undo(fault("rpc.lag", "rpc-b", Map.of(), "60s"), Optional.of("f-1")))
                .isPresent();
    }

    private static Drill.Fault fault(String type, String at, Map<String, Object> args, String lease) {
        return new Drill.Fault(
                type, at, args, Duration.ofSeconds(Long.parseLong(lease.substring(0, lease.length() - 1))));
    }
}
