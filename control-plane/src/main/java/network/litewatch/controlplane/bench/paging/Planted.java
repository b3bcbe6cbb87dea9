package network.litewatch.controlplane.bench.paging;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A fault of the lab that both sides can see, and what each says of it.
 *
 * @param type as the lab's fault API names it
 * @param at the lab's name of what it befalls
 * @param args the API's arguments, as JSON
 * @param target what both sides call that
 * @param alert our rule
 * @param looks failed runs in a row that our rule asks for
 * @param says what our message has when that rule fires
 */
record Planted(String type, String at, String args, String target, String alert, int looks, String says) {
    private static final String RPC = "lab-rpc-b";
    private static final String ROUTER = "lab-router";

    /** Faults by the incident that they are told in, and within it in turn. */
    static final List<List<Planted>> INCIDENTS = List.of(
            List.of(
                    failing("rpc.error", "{\"code\": -32603, \"message\": \"internal error\"}"),
                    failing("tcp.reset", "{}"),
                    failing("tcp.blackhole", "{}")),
            List.of(new Planted(
                    "rpc.wrong-chain",
                    "rpc-b",
                    "{}",
                    RPC,
                    "RpcWrongChain",
                    1,
                    "RPC " + RPC + " serves another chain than lab")),
            List.of(unavailable("router.5xx"), unavailable("tcp.reset"), unavailable("tcp.blackhole")));

    private static Planted failing(String type, String args) {
        return new Planted(type, "rpc-b", args, RPC, "RpcFailing", 3, "RPC " + RPC + " on lab fails");
    }

    private static Planted unavailable(String type) {
        return new Planted(
                type, "router", "{}", ROUTER, "RouterUnavailable", 3, "Router " + ROUTER + " on lab is unavailable");
    }

    /**
     * {@code count} faults in rounds, the last of which may be short: one of each incident in a round, in an order that is drawn,
     * so that none is told as the return of another.
     */
    static List<List<Planted>> rounds(int count, RandomGenerator random) {
        List<List<Planted>> rounds = new ArrayList<>();
        for (int left = count; left > 0; left -= INCIDENTS.size()) {
            int round = rounds.size();
            List<Planted> faults = new ArrayList<>();
            INCIDENTS.forEach(kinds -> faults.add(kinds.get(round % kinds.size())));
            shuffle(faults, random);
            rounds.add(List.copyOf(faults.subList(0, Math.min(left, faults.size()))));
        }
        return rounds;
    }

    /** Fisher and Yates: {@link Collections#shuffle} wants another kind of source on Java 17. */
    private static void shuffle(List<Planted> faults, RandomGenerator random) {
        for (int i = faults.size() - 1; i > 0; i--) {
            Collections.swap(faults, i, random.nextInt(i + 1));
        }
    }

    /** The body that plants it by the lab's API. */
    String body(String lease) {
        return "{\"type\":\"%s\",\"target\":\"%s\",\"args\":%s,\"lease\":\"%s\"}".formatted(type, at, args, lease);
    }

    String name() {
        return type + " at " + at;
    }
}
