package network.litewatch.probe.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint256;

class ChainEventsTest {
    private static final String QUEUE = "0x00000000000000000000000000000000000000Aa";
    private static final String COGNITIVE = "0x00000000000000000000000000000000000000bb";
    private static final String LEVEL = "0x00000000000000000000000000000000000000cc";
    private static final String MINER = "0x00000000000000000000000000000000000000dd";
    private static final String WORD = "%064x";

    private final ChainEvents events = new ChainEvents(
            AbiVersion.newest(),
            Map.of("SessionQueueV2", QUEUE, "Cognitive", COGNITIVE, "CognitiveLevel", LEVEL, "Runtime", MINER));

    @Test
    void everyTopicIsTheOneThatOthersComputed() throws IOException, URISyntaxException {
        Path fixture = Path.of(Objects.requireNonNull(getClass().getResource("/chain/topics.txt"))
                .toURI());
        Set<String> published = Files.readAllLines(fixture).stream()
                .map(line -> line.substring(0, 66))
                .collect(Collectors.toSet());

        List<EventAbi> all = AbiVersion.named("2025-11").orElseThrow().contracts().values().stream()
                .flatMap(List::stream)
                .toList();

        assertThat(all).hasSize(44);
        assertThat(published).containsAll(all.stream().map(EventAbi::topic0).toList());
    }

    @Test
    void versionsDiffer() {
        assertThat(names("2025-08")).contains("DepositToSession").doesNotContain("NewNodeAssignedToSession");
        assertThat(names("2025-11")).contains("NewNodeAssignedToSession").doesNotContain("DepositToSession");
        assertThat(AbiVersion.named("2024-01")).isEmpty();
    }

    @Test
    void asksOnlyContractsWhoseEventsItKnows() {
        assertThat(events.addresses()).containsExactly(QUEUE.toLowerCase(Locale.ROOT), COGNITIVE, LEVEL);
    }

    @Test
    void ofAPromptOnlyLengthAndHashAreKept() {
        String prompt = "what is my diagnosis?";
        ChainEvent queued =
                decode(QUEUE, "TaskQueued", List.of(), number(7), number(3), number(99), new Utf8String(prompt));

        assertThat(queued.contract()).isEqualTo("SessionQueueV2");
        assertThat(queued.name()).isEqualTo("TaskQueued");
        assertThat(queued.arguments())
                .containsExactly(
                        EventArgument.of("sessionId", "7"),
                        EventArgument.of("taskId", "3"),
                        EventArgument.of("globalId", "99"),
                        EventArgument.of("taskData_length", "21"),
                        EventArgument.of(
                                "taskData_keccak", Hex.text(Hex.keccak(prompt.getBytes(StandardCharsets.UTF_8)))));
        assertThat(queued.toString()).doesNotContain("diagnosis").doesNotContain(hex(prompt));
    }

    @Test
    void readsTopicsAndDataTogether() {
        String node = "0x" + "0".repeat(24) + MINER.substring(2);
        ChainEvent changed = decode(
                LEVEL, "NodeLevelChanged", List.of(node, node), number(1), number(2), new Utf8String("promoted"));

        assertThat(changed.value("node")).contains(MINER);
        assertThat(changed.value("previousLevel")).contains("1");
        assertThat(changed.value("newLevel")).contains("2");
        assertThat(changed.value("reason")).isEmpty();
        assertThat(changed.value("reason_length")).contains("8");
    }

    @Test
    void longArraysAreCutAndCounted() {
        List<Address> miners = IntStream.range(0, 100)
                .mapToObj(i -> new Address(BigInteger.valueOf(i)))
                .toList();
        ChainEvent assigned = decode(
                QUEUE, "TaskAssigned", List.of(), number(1), number(2), new DynamicArray<>(Address.class, miners));

        EventArgument kept = assigned.arguments().get(2);
        assertThat(kept.many()).isTrue();
        assertThat(kept.values())
                .hasSize(AbiData.MAX_ITEMS)
                .startsWith(miners.get(0).getValue());
        assertThat(assigned.value("miners_count")).contains("100");
    }

    @Test
    void whatDoesNotDecodeKeepsItsTopic() {
        String topic = topic("SessionQueueV2", "TaskAssigned");
        String head = WORD.formatted(1) + WORD.formatted(2);
        List<String> hostile = List.of(
                "0x",
                "0x" + WORD.formatted(1),
                // An array of 2^31 - 1, and of 2^256 - 1 items; an offset behind the end; one that is negative as an
                // int.
                "0x" + head + WORD.formatted(96) + WORD.formatted(Integer.MAX_VALUE),
                "0x" + head + WORD.formatted(96) + "f".repeat(64),
                "0x" + head + WORD.formatted(4096),
                "0x" + head + WORD.formatted(0xfffffff0L),
                "0x" + head + WORD.formatted(96) + WORD.formatted(1) + "f".repeat(64));
        for (String data : hostile) {
            ChainEvent event = events.decode(log(QUEUE, List.of(topic), data));
            assertThat(event.name()).as(data).isEqualTo(ChainEvent.UNDECODABLE);
            assertThat(event.value("topic")).contains(topic);
        }
        assertThat(events.decode(log(QUEUE, List.of(), "0x00")).value("data_length"))
                .contains("1");
        assertThat(events.decode(log(QUEUE, List.of("0x" + "1".repeat(64)), "0x"))
                        .name())
                .isEqualTo(ChainEvent.UNDECODABLE);
        assertThat(events.decode(log(MINER, List.of(topic), "0x")).contract()).isEqualTo("unknown");
        // A topic too many: the same name, other indexed arguments.
        assertThat(events.decode(log(QUEUE, List.of(topic, topic), "0x" + head)).name())
                .isEqualTo(ChainEvent.UNDECODABLE);
    }

    @Test
    void noDataMakesItThrow() {
        Random random = new Random(20261121);
        List<EventAbi> all = AbiVersion.newest().events("SessionQueueV2");
        for (int i = 0; i < 20_000; i++) {
            EventAbi event = all.get(random.nextInt(all.size()));
            byte[] data = new byte[random.nextInt(400)];
            random.nextBytes(data);
            for (int at = 0; at < data.length; at++) {
                // Mostly zeros, so that offsets and lengths are often nearly right.
                data[at] = at % 32 < 30 || random.nextBoolean() ? 0 : data[at];
            }
            assertThat(events.decode(log(QUEUE, List.of(event.topic0()), Hex.text(data)))
                            .name())
                    .isIn(event.name(), ChainEvent.UNDECODABLE);
        }
    }

    @SuppressWarnings("rawtypes") // web3j speaks raw Type
    private ChainEvent decode(String address, String name, List<String> topics, Type<?>... data) {
        String contract = address.equals(QUEUE) ? "SessionQueueV2" : "CognitiveLevel";
        List<String> all = new ArrayList<>(List.of(topic(contract, name)));
        all.addAll(topics);
        List<Type> arguments = List.of(data);
        return events.decode(log(address, all, "0x" + FunctionEncoder.encodeConstructor(arguments)));
    }

    private static String topic(String contract, String name) {
        return AbiVersion.newest().events(contract).stream()
                .filter(event -> event.name().equals(name))
                .findFirst()
                .orElseThrow()
                .topic0();
    }

    private static Set<String> names(String version) {
        return AbiVersion.named(version).orElseThrow().events("SessionV2").stream()
                .map(EventAbi::name)
                .collect(Collectors.toSet());
    }

    private static ChainLog log(String address, List<String> topics, String data) {
        return new ChainLog(
                address.toLowerCase(Locale.ROOT), topics, data, 5, "0x" + "a".repeat(64), "0x" + "b".repeat(64), 0);
    }

    private static Uint256 number(long value) {
        return new Uint256(BigInteger.valueOf(value));
    }

    private static String hex(String text) {
        return Hex.text(text.getBytes(StandardCharsets.UTF_8)).substring(2);
    }
}
