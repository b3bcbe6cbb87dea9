package network.litewatch.controlplane.assess;

/** Definitions of signals that take more than a line, by the names of the signals. */
final class Definitions {
    static final String RPC_HEAD_LAG_SECONDS =
            "Timestamp of the newest credible head that another RPC of the network showed in the last 60 s (with three or more"
                    + " other operators: that two of them reached), less the timestamp of this RPC's head; absent without"
                    + " another";
    static final String PUSH_LAG_SECONDS =
            "Timestamp of the head over HTTP at the end of listening, less the newest timestamp that was pushed; absent when"
                    + " nothing was";
    static final String PUSH_SILENT_SECONDS =
            "From the first to the last listening in which the head over HTTP rose and nothing new was pushed; 0 once something"
                    + " is, and on a chain that stands still";
    static final String INDEXER_SESSIONS_DIFFERENCE =
            "How far the claimed sessions are from those on the chain, less what a reset that we saw took from the claim; absent"
                    + " where the chain was not read";
    static final String INDEXER_STALE_SECONDS =
            "How long nothing that is claimed changes although a session, task or network task was opened on the chain after the last"
                    + " change; 0 while there is nothing to count";
    static final String CANARY_FLOOR_RATIO =
            "Upper end of the 95 % interval of the decode rate over the floor of the miner's card and model: below 1 is slow;"
                    + " absent where config/gpu-classes.yml has no such card or model";
    static final String CANARY_ROOF_RATIO =
            "Lower end of the same interval over what the card's memory allows for the model: above 1 is another model, fewer bits,"
                    + " or speculative decoding";
    static final String CANARY_IDENTITY_SUSPECT =
            "1 once answers to identity prompts differ from those of trusted miners of the same model, as they do of one honest miner in"
                    + " 100,000 in its whole life; else 0";
    static final String LISTED_DEAD =
            "Miners that the router lists although their canaries fail (three and more in a row, charged to the miner), where the"
                    + " newest failure is more than 60 s after the first such list; absent without canaries";
    static final String UNLISTED_ALIVE =
            "Miners that the router does not list although they answered a canary more than 60 s after the first list that lacked"
                    + " them; absent without canaries";
    static final String UNLISTED_ACTIVE =
            "Miners that the router does not list although they acked a task on the chain more than 60 s after the first list that"
                    + " lacked them; absent when the chain was not read";
    static final String MINERS_DIFFER =
            "From the first list that shows the longest of these differences to what contradicts it last; 0 without one";
    static final String SUCCESS_GAP =
            "By how much at least the share of the node's tasks that the chain counts as successful differs from that of our canaries"
                    + " answered, both since onchain_window_seconds: the distance of their 95 % intervals; 0 where they overlap";
    static final String ONCHAIN_GAP =
            "Distance of onchain_score from the interval of our reputation of the node; 0 within; absent where no contract with a score is"
                    + " configured";
    static final String PROBE_UNKNOWN_SECONDS =
            "How long no run was ok or failed: the target is unobserved, which is neither; 0 when the last run was";
    static final String PROBE_MALFORMED_RATIO =
            "Share of the last 100 asked runs whose answer broke its protocol or lost its shape";
    static final String FLEET_DRIFT =
            "Largest distance of the distributions of the nodes' scores now and 7 days ago (Kolmogorov, Smirnov), over what"
                    + " chance alone exceeds once in 100 comparisons; absent below 8 nodes";

    private Definitions() {}
}
