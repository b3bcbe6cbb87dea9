package network.litewatch.lab;

import static network.litewatch.lab.SmallLab.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What happens to many at once, in a lab of three miners. */
final class FleetFaultsIT {

    private static final String PROMPT = "the fleet";

    @RegisterExtension
    static final SmallLab LAB = new SmallLab(3);

    @Test
    void aPartialOutageTakesTheLastOnesTogetherAndTheyComeBackTogether() throws Exception {
        soon().until(() -> served(), served -> served.equals(List.of(1L, 2L, 3L)));
        String outage = LAB.inject("fleet.outage", "miners", "{\"share\":0.5}");
        soon().until(() -> served(), served -> served.equals(List.of(1L)));
        refused("fleet.outage", "miners", "{}", "such a fault is in effect there already");
        LAB.end(outage);
        soon().until(() -> served(), served -> served.equals(List.of(1L, 2L, 3L)));
    }

    @Test
    void whoIsStoppedForAnotherReasonIsNeitherTakenNorBroughtBack() throws Exception {
        soon().until(() -> served(), served -> served.equals(List.of(1L, 2L, 3L)));
        String stopped = LAB.inject("miner.stop", "miner-3", "{}");
        refused("fleet.outage", "miners", "{\"share\":1}", "would take 3 miners, and 2 run");
        String outage = LAB.inject("fleet.outage", "miners", "{\"share\":0.3}");
        soon().until(() -> served(), served -> served.equals(List.of(1L)));
        LAB.end(outage);
        soon().until(() -> served(), served -> served.equals(List.of(1L, 2L)));
        LAB.end(stopped);
        soon().until(() -> served(), served -> served.equals(List.of(1L, 2L, 3L)));
    }

    @Test
    void inAChurnOneAfterTheOtherGoesAndAllAreThereAtTheEnd() throws Exception {
        soon().until(() -> served(), served -> served.equals(List.of(1L, 2L, 3L)));
        String churn = LAB.inject("fleet.churn", "miners", "{\"away\":\"3s\",\"between\":\"1s\"}");
        for (long miner = 1; miner <= 3; miner++) {
            long session = miner;
            soon().until(() -> !served().contains(session));
        }
        LAB.end(churn);
        soon().until(() -> served(), served -> served.equals(List.of(1L, 2L, 3L)));
    }

    @Test
    void aSilentOracleReportsNothingUntilItSpeaksAgain() throws Exception {
        soon().until(() -> status(1), status -> status == 200);
        soon().until(() -> reported() > 0);
        String silence = LAB.inject("oracle.silent", "oracle", "{}");
        // What it was doing when it was silenced is done after some blocks.
        blocks(3);
        long before = reported();
        assertThat(status(1)).isEqualTo(200);
        blocks(5);
        assertThat(reported()).isEqualTo(before);
        LAB.end(silence);
        soon().until(() -> reported() > before);
    }

    @Test
    void aSpikeIsTasksThatNobodyWaitsForAtTheSessionOfAll() throws Exception {
        long shared = LAB.manifest().sharedSession();
        long before = tasks(shared);
        String spike = LAB.inject("queue.spike", "router", "{\"per_second\":5,\"tokens\":2}");
        soon().until(() -> tasks(shared) > before + 10);
        LAB.end(spike);
        soon().until(() -> served(), served -> served.equals(List.of(1L, 2L, 3L)));
    }

    @Test
    void argumentsThatAreWrongAreNamed() {
        refused("fleet.outage", "miners", "{\"share\":0}", "args.share: expected a number from 0.01 to 1.0");
        refused("fleet.churn", "miners", "{\"away\":\"1h\"}", "args.away: expected a whole number with ms or s");
        refused(
                "queue.spike",
                "router",
                "{\"per_second\":51}",
                "args.per_second: expected a whole number from 1 to 50");
        refused("oracle.silent", "oracle", "{\"seconds\":1}", "args.seconds: unknown");
    }

    private static void refused(String type, String target, String args, String why) {
        assertThatThrownBy(() -> LAB.inject(type, target, args))
                .hasMessageContaining("status=400")
                .hasMessageContaining(why);
    }

    /** Sessions of miners that answer. */
    private static List<Long> served() {
        return LongStream.rangeClosed(1, 3)
                .filter(session -> status(session) == 200)
                .boxed()
                .toList();
    }

    private static int status(long session) {
        try {
            return LAB.http().complete(session, PROMPT, 2).status();
        } catch (Exception e) {
            throw new IllegalStateException("the router of the lab does not answer", e);
        }
    }

    /** Tasks that were reported of the first miner. */
    private static long reported() throws Exception {
        // First four bytes of keccak of "getNodeData(address)"; the seventh word counts tasks.
        String call = "[{\"to\":\"" + LAB.manifest().contracts().get("CognitiveLevel") + "\",\"data\":\"0x38fc1090"
                + "0".repeat(24) + LAB.manifest().miners().get(0).address().substring(2) + "\"},\"latest\"]";
        JsonNode data = LAB.http().rpc("rpc-a", "eth_call", call);
        return Long.parseLong(data.asText().substring(2 + 64 * 6, 66 + 64 * 6), 16);
    }

    private static long tasks(long session) throws Exception {
        return LAB.http().get("/api/v1/tasks/" + session).body().path("tasks").size();
    }

    private static void blocks(int count) throws Exception {
        long head = head();
        soon().until(() -> head() >= head + count);
    }

    private static long head() throws Exception {
        return Long.decode(LAB.http().rpc("rpc-a", "eth_blockNumber", "[]").asText());
    }
}
