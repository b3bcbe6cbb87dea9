package network.litewatch.controlplane.index;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.ingest.Document;
import network.litewatch.probe.chain.AbiVersion;
import network.litewatch.probe.chain.ChainEvent;
import network.litewatch.probe.chain.ChainEvents;
import network.litewatch.probe.chain.ChainLog;

/** Chain events for tests, and their documents. */
public final class ChainSamples {
    static final Instant AT = Instant.parse("2026-11-20T23:59:59Z");
    static final ChainDocuments DOCUMENTS =
            new ChainDocuments("lab", Map.of("new_level", Map.of("4", "expert"), "task_id", Map.of("9", "never")));

    private static final String QUEUE = "0x00000000000000000000000000000000000000aa";
    private static final String COGNITIVE = "0x00000000000000000000000000000000000000bb";
    private static final String LEVEL = "0x00000000000000000000000000000000000000cc";
    private static final String MINER = "0x00000000000000000000000000000000000000dd";
    private static final ChainEvents DECODER = new ChainEvents(
            AbiVersion.newest(), Map.of("SessionQueueV2", QUEUE, "Cognitive", COGNITIVE, "CognitiveLevel", LEVEL));

    private ChainSamples() {}

    /** TaskAssigned(7, 3, [miner]). */
    static ChainChange.Added taskAssigned() {
        return added(
                2,
                QUEUE,
                List.of("0x887800a5bcce5554967a92fd264714fb5582635073bb968138fbb451573b2b71"),
                word("7") + word("3") + word("60") + word("1") + word(MINER.substring(2)));
    }

    /** SessionPrecommitted(5, miner), both indexed. */
    static ChainChange.Added precommitted() {
        return added(
                3,
                COGNITIVE,
                List.of(
                        "0x0e7c712bd6b1bf4e157b2c501c85feb37aa564368ed5a14a1c14432a6563c340",
                        "0x" + word("5"),
                        "0x" + word(MINER.substring(2))),
                "");
    }

    /** NodeLevelChanged(miner, 3, 4, miner, "because"). */
    static ChainChange.Added levelChanged() {
        return added(
                4,
                LEVEL,
                List.of(
                        "0x532b37f1ead39a38d012944f0efcf8e893356254ea06d7d8d92b6779949cb930",
                        "0x" + word(MINER.substring(2)),
                        "0x" + word(MINER.substring(2))),
                word("3") + word("4") + word("60") + word("7") + "62656361757365" + "0".repeat(50));
    }

    /** A document of each shape. */
    public static List<Document> documents() {
        return DOCUMENTS.of(new ChainChange(
                ChainState.before(1, null, AT),
                List.of(taskAssigned(), precommitted(), levelChanged()),
                List.of(taskAssigned().sighting().removed()),
                List.of(),
                0));
    }

    private static ChainChange.Added added(long index, String address, List<String> topics, String data) {
        ChainLog log =
                new ChainLog(address, topics, "0x" + data, 12, "0x" + "a".repeat(64), "0x" + "b".repeat(64), index);
        ChainEvent event = DECODER.decode(log);
        return new ChainChange.Added(
                event,
                new Sighting(
                        event.contract(),
                        event.name(),
                        12,
                        log.blockHash(),
                        log.index(),
                        log.transaction(),
                        AT,
                        log.digest(),
                        0,
                        true));
    }

    private static String word(String hex) {
        return "0".repeat(64 - hex.length()) + hex;
    }
}
