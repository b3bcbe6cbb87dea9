package network.litewatch.controlplane.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.Random;
import java.util.stream.DoubleStream;
import network.litewatch.lab.load.StreamServer;
import network.litewatch.probe.http.NettyExchanger;
import network.litewatch.probe.miner.CanaryKind;
import network.litewatch.probe.miner.CanarySettings;
import network.litewatch.probe.miner.MinerCanaryProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A round of each client of {@code litewatch bench canary}, without the verdict. */
@Timeout(300)
final class CanaryBenchIT {
    private static final int STREAMS = 6;
    private static final double SERVERS_SHORTEST_MILLIS = 1_200;

    @Test
    void bothClientsSeeEveryFirstTokenAndNeitherIsChargedWithTheServersTime() throws Exception {
        try (StreamServer server = new StreamServer();
                NettyExchanger exchanger = CanaryBench.exchanger(STREAMS)) {
            MinerCanaryProbe probe = new MinerCanaryProbe(
                    exchanger,
                    new Random(1),
                    Clock.systemUTC(),
                    System::nanoTime,
                    CanaryKind.RATE,
                    CanarySettings.DEFAULT);

            double[] bare = CanaryBench.bare(server.port(), STREAMS);
            double[] own = CanaryBench.own(probe, server.port(), STREAMS);

            assertThat(bare).hasSize(STREAMS);
            assertThat(own).hasSize(STREAMS);
            assertThat(DoubleStream.of(bare).boxed()).allSatisfy(CanaryBenchIT::isAClients);
            assertThat(DoubleStream.of(own).boxed()).allSatisfy(CanaryBenchIT::isAClients);
        }
    }

    /**
     * The server's wait is taken out: it is more than all that a client adds. A busy machine can make it negative, when the server has the
     * request before its sender knows that it is sent.
     */
    private static void isAClients(double addedMillis) {
        assertThat(Math.abs(addedMillis)).isLessThan(SERVERS_SHORTEST_MILLIS);
    }
}
