package network.litewatch.controlplane.network;

import java.util.LinkedHashMap;
import java.util.Map;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.probe.rpc.NodeCountersProbe;

/**
 * Reads {@code node_score}: the contract that gives nodes a score, and how it is asked. No signature of one is public, so that nothing is
 * asked unless the file says what.
 */
final class NodeScoreReader {
    private final Entries entries;

    NodeScoreReader(Placeholders placeholders) {
        this.entries = new Entries(placeholders);
    }

    /** Parameters of miners by which the chain is asked what it counts of them; none where there is no contract for it. */
    Map<String, String> read(Field root, Map<String, String> contracts) {
        Map<String, String> parameters = new LinkedHashMap<>();
        String level = contracts.get("CognitiveLevel");
        Entries.put(parameters, NodeCountersProbe.CONTRACT, level);
        Field section = root.get("node_score");
        if (section == null) {
            return parameters;
        }
        section.allowOnly("contract", "function", "scale");
        String contract = entries.required(
                section, "contract", "address of the contract that gives nodes a score", Literals::address);
        String function = entries.required(
                section,
                "function",
                "its function of a node's address, as getScore(address)",
                NodeCountersProbe::selector);
        Long scale =
                entries.required(section, "scale", "the score of a node without fault, as 100", Literals::positive);
        if (level == null) {
            section.problem("needs contracts.CognitiveLevel, which is asked in the same batch");
        }
        if (contract != null && function != null && scale != null) {
            parameters.put(NodeCountersProbe.SCORE_CONTRACT, contract);
            parameters.put(NodeCountersProbe.SCORE_FUNCTION, function);
            parameters.put(NodeCountersProbe.SCORE_SCALE, scale.toString());
        }
        return parameters;
    }
}
