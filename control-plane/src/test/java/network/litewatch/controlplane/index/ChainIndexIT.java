package network.litewatch.controlplane.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.controlplane.ingest.Shipper;
import network.litewatch.controlplane.ingest.elastic.BulkWriter;
import network.litewatch.controlplane.ingest.elastic.Templates;
import network.litewatch.controlplane.network.MinerCanaries;
import network.litewatch.controlplane.network.Network;
import network.litewatch.lab.Lab;
import network.litewatch.lab.LabOptions;
import network.litewatch.lab.evm.Accounts;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.chain.AbiVersion;
import network.litewatch.probe.http.Cidr;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedClient;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint8;

/** A real chain with the lab's contracts, read into a real PostgreSQL and a real Elasticsearch. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ChainIndexIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String INDEX = Templates.CHAIN_EVENTS_PREFIX + "*";
    private static final Jdbi JDBI = SharedStores.get().database("chain_index");
    private static final ElasticsearchClient ELASTICSEARCH = SharedStores.get().elasticsearch();
    private static final Outbox OUTBOX = new Outbox(JDBI, Clock.systemUTC());

    private static final Shipper SHIPPER =
            new Shipper(OUTBOX, new BulkWriter(ELASTICSEARCH), Clock.systemUTC(), new Random(1), verdict -> {});

    private static Lab lab;
    private static EvmClient chain;
    private static GuardedClient client;
    private static ChainEventsProbe probe;

    @BeforeAll
    static void start() throws IOException {
        Templates.put(ELASTICSEARCH, 0);
        Path home = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "chain-");
        lab = Lab.start(LabOptions.forTests(home));
        chain = new EvmClient(rpc("rpc-a"), Duration.ofSeconds(5));
        client = new GuardedClient(EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8"))), System::nanoTime, 8);
        probe = probe();
        SHIPPER.start();
    }

    @AfterAll
    static void stop() throws Exception {
        SHIPPER.stop();
        probe.close();
        client.close();
        lab.close();
        for (String index :
                ELASTICSEARCH.indices().get(i -> i.index(INDEX)).result().keySet()) {
            ELASTICSEARCH.indices().delete(d -> d.index(index));
        }
    }

    @Test
    @Order(1)
    void whatTheContractsSaidFromTheBeginningIsInElasticsearch() throws Exception {
        Finding finding = run();

        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        assertThat(finding.measurements())
                .containsEntry(Measurement.CHAIN_GAP, 0.0)
                .containsEntry(Measurement.CHAIN_REORG_DEPTH, 0.0)
                .containsEntry(Measurement.CHAIN_LOG_MISMATCHES, 0.0);
        List<JsonNode> stored = stored();
        assertThat(stored).hasSize((int) measured(finding, Measurement.CHAIN_EVENTS));
        assertThat(stored.stream()
                        .map(own -> own.path("contract").asText() + "."
                                + own.path("event").asText()))
                .contains("CognitiveLevel.NodeRegistered", "SessionV2.SessionCreated", "SessionV2.RouterAdded")
                .noneMatch(name -> name.endsWith(".undecodable"));
        assertThat(stored.stream().filter(own -> own.path("event").asText().equals("NodeRegistered")))
                .hasSize(Accounts.MINERS.size())
                .allSatisfy(own -> assertThat(own.path("addresses").path(0).asText())
                        .isIn(Accounts.MINERS.stream()
                                .map(a -> a.toLowerCase(Locale.ROOT))
                                .toList()));
        assertThat(standing()).isEqualTo(onChain());
    }

    @Test
    @Order(2)
    void eventsOfReplacedBlocksAreTakenBack() throws Exception {
        // So that the reorg does not reach the miner's registration, which the later tests stand on.
        long registered = chain.blockNumber();
        await().atMost(Duration.ofSeconds(30)).until(() -> chain.blockNumber() > registered + 5);
        String changed = changeLevel(4, "a secret reason");
        run();
        assertThat(stored()).anySatisfy(own -> {
            assertThat(own.path("transaction").asText()).isEqualTo(changed);
            assertThat(own.path("event").asText()).isEqualTo("NodeLevelChanged");
            assertThat(own.at("/args/newLevel").asText()).isEqualTo("4");
            assertThat(own.at("/args/reason_length").asText()).isEqualTo("15");
        });

        // Two blocks of what was read, and the few that may be mined until the reorg comes.
        long depth = chain.blockNumber()
                - EvmClient.quantity(
                        chain.call("eth_getTransactionReceipt", text(changed)).path("blockNumber"))
                + 5;
        chain.call("anvil_reorg", JSON.getNodeFactory().numberNode(depth), JSON.createArrayNode());
        awaitFollower();
        Finding finding = run();

        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        assertThat(measured(finding, Measurement.CHAIN_REORG_DEPTH)).isGreaterThanOrEqualTo(2);
        assertThat(stored())
                .anySatisfy(own -> {
                    assertThat(own.path("transaction").asText()).isEqualTo(changed);
                    assertThat(own.path("state").asText()).isEqualTo("removed");
                })
                .noneSatisfy(own -> assertThat(own.toString()).contains("a secret reason"));
        assertThat(standing()).isEqualTo(onChain());
    }

    /** The second RPC shows what was replaced until the next block; whichever of them is read, it must show the reorg. */
    private static void awaitFollower() {
        EvmClient follower = new EvmClient(rpc("rpc-b"), Duration.ofSeconds(5));
        await().ignoreExceptions().atMost(Duration.ofSeconds(30)).until(() -> {
            JsonNode block = text("0x" + Long.toHexString(follower.blockNumber()));
            JsonNode whole = JSON.getNodeFactory().booleanNode(false);
            JsonNode hash = follower.call("eth_getBlockByNumber", block, whole).path("hash");
            return hash.isTextual()
                    && hash.equals(
                            chain.call("eth_getBlockByNumber", block, whole).path("hash"));
        });
    }

    @Test
    @Order(3)
    void aRestartGoesOnWhereItWasAndWritesNothingTwice() throws Exception {
        long before = stored().size();
        probe.close();
        probe = probe();
        assertThat(run().measurements()).containsEntry(Measurement.CHAIN_LOG_MISMATCHES, 0.0);
        assertThat(stored()).hasSize(Math.toIntExact(before));

        changeLevel(2, "back");
        run();

        assertThat(stored()).hasSize(Math.toIntExact(before) + 1);
        assertThat(standing()).isEqualTo(onChain());
    }

    @Test
    @Order(4)
    void whatWasLostFromTheStoreIsFoundByTheReadingAfterARestart() throws Exception {
        changeLevel(3, "lost");
        run();
        JDBI.useHandle(
                handle -> handle.execute(
                        "DELETE FROM chain_event WHERE event = 'NodeLevelChanged' AND block_number = (SELECT max(block_number) FROM chain_event)"));
        probe.close();
        probe = probe();

        assertThat(run().measurements()).containsEntry(Measurement.CHAIN_LOG_MISMATCHES, 1.0);
        assertThat(run().measurements()).containsEntry(Measurement.CHAIN_LOG_MISMATCHES, 0.0);
        assertThat(standing()).isEqualTo(onChain());
    }

    @Test
    @Order(5)
    void whatContractsSayIsReadBeforeTheNextRun() throws Exception {
        run();
        probe.close();
        probe = probe(true);
        long before = events();
        CompletableFuture<Finding> running = probe.run(network().targets().get(0), Duration.ofMinutes(2));

        changeLevel(1, "pushed");
        await().atMost(Duration.ofMinutes(1)).until(() -> events() == before + 1);
        changeLevel(2, "pushed again");
        await().atMost(Duration.ofMinutes(1)).until(() -> events() == before + 2);

        assertThat(running).isNotDone();
        probe.close();
        Finding finding = running.get();
        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        assertThat(finding.measurements())
                .containsEntry(Measurement.CHAIN_EVENTS, 2.0)
                .containsEntry(Measurement.CHAIN_GAP, 0.0);
        assertThat(standing()).isEqualTo(onChain());
    }

    private static long events() {
        return JDBI.withHandle(handle -> handle.createQuery("SELECT count(*) FROM chain_event")
                .mapTo(Long.class)
                .one());
    }

    private static String changeLevel(int level, String reason) {
        String hash = chain.send(
                Accounts.OPERATOR,
                contract("CognitiveLevel"),
                new Function(
                        "changeNodeLevel",
                        List.of(
                                new Address(Accounts.MINERS.get(0)),
                                new Uint8(BigInteger.valueOf(level)),
                                new Utf8String(reason)),
                        List.of()));
        chain.awaitReceipt(hash, Duration.ofSeconds(10));
        return hash;
    }

    private static double measured(Finding finding, Measurement measurement) {
        return Objects.requireNonNull(finding.measurements().get(measurement));
    }

    private static Finding run() throws Exception {
        return probe.run(network().targets().get(0), Duration.ofSeconds(20)).get();
    }

    /** The events that stand by the documents. */
    private static Set<String> standing() throws IOException {
        List<String> sources = new ArrayList<>();
        for (JsonNode own : stored()) {
            ObjectNode root = JSON.createObjectNode();
            root.set("cortensor", own);
            sources.add(root.toString());
        }
        return MemoryWriter.standing(sources);
    }

    /** The events that the chain itself shows, up to where it was read. */
    private static Set<String> onChain() {
        long last = JDBI.withHandle(handle -> handle.createQuery("SELECT next_block - 1 FROM chain_cursor")
                .mapTo(Long.class)
                .one());
        ObjectNode filter =
                JSON.createObjectNode().put("fromBlock", "0x0").put("toBlock", "0x" + Long.toHexString(last));
        ArrayNode addresses = filter.putArray("address");
        lab.manifest().contracts().values().forEach(addresses::add);
        Set<String> keys = new TreeSet<>();
        chain.call("eth_getLogs", filter)
                .forEach(log -> keys.add(
                        Sighting.key(log.path("blockHash").asText(), EvmClient.quantity(log.path("logIndex")))));
        return keys;
    }

    private static List<JsonNode> stored() throws IOException {
        await().atMost(Duration.ofMinutes(5)).until(() -> OUTBOX.backlog().rows() == 0);
        ELASTICSEARCH.indices().refresh(r -> r.index(INDEX));
        List<JsonNode> stored =
                ELASTICSEARCH.search(s -> s.index(INDEX).size(5_000), JsonNode.class).hits().hits().stream()
                        .map(hit -> Objects.requireNonNull(hit.source()).path("cortensor"))
                        .toList();
        List<String> dead = JDBI.withHandle(h -> h.createQuery("SELECT document FROM dead_letter")
                .mapTo(String.class)
                .list());
        assertThat(dead).isEmpty();
        return stored;
    }

    private static ChainEventsProbe probe() {
        return probe(false);
    }

    private static ChainEventsProbe probe(boolean pushed) {
        return ChainEventsProbe.of(
                network(pushed),
                client.http(),
                client.webSockets(),
                new ChainEventsProbe.Tools(
                        JDBI, OUTBOX, Clock.systemUTC(), System::nanoTime, new Random(1), (network, events) -> {}));
    }

    private static Network network() {
        return network(false);
    }

    private static Network network(boolean pushed) {
        Target first = target("rpc-a", rpc("rpc-a"));
        Target socket = target("socket", lab.manifest().socket());
        List<Target> targets = List.of(pushed ? first.withWitness(socket) : first, target("rpc-b", rpc("rpc-b")));
        return new Network(
                new NetworkId("lab"),
                "Lab",
                lab.manifest().chainId(),
                Duration.ofSeconds(1),
                lab.manifest().contracts(),
                Map.of(),
                List.of(),
                targets,
                Map.of(),
                new Network.Indexing(AbiVersion.newest(), OptionalLong.of(0)),
                Map.of(),
                MinerCanaries.DEFAULT);
    }

    private static Target target(String name, URI url) {
        return new Target(
                new TargetId(name),
                TargetKind.RPC,
                new NetworkId("lab"),
                SecretUrl.parse(url.toString(), Set.of("http", "ws")),
                Optional.empty(),
                Map.of(),
                Map.of());
    }

    private static URI rpc(String name) {
        return Objects.requireNonNull(lab.manifest().rpcs().get(name));
    }

    private static String contract(String name) {
        return Objects.requireNonNull(lab.manifest().contracts().get(name));
    }

    private static JsonNode text(String value) {
        return JSON.getNodeFactory().textNode(value);
    }
}
