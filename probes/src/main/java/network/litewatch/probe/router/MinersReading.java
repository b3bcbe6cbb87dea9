package network.litewatch.probe.router;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.http.HttpResponse;
import network.litewatch.probe.http.HttpResult;

/** Reads a router's list of miners. Pure. */
final class MinersReading {
    /** So many miners that are missing are named. */
    static final int NAMED = 100;

    private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-f]{40}");

    private MinersReading() {}

    /** Which of {@code miners} the list in {@code answer} has. */
    static Finding of(HttpResult answer, List<RouterMinersProbe.Miner> miners) {
        Optional<Outcome> refused = answer.refusal(RouterRoute.MINERS.path());
        if (refused.isPresent()) {
            return finding(answer, notRead(refused.get()), Map.of(), Map.of());
        }
        JsonNode nodes =
                ((HttpResponse) answer).json().map(json -> json.path("nodes")).orElse(null);
        if (nodes == null || !nodes.isContainerNode()) {
            Outcome changed = Outcome.inconclusive(Reason.SHAPE_CHANGED, RouterRoute.MINERS.path() + " has no nodes");
            return finding(answer, changed, Map.of(), Map.of());
        }
        Set<String> listed = texts(nodes);
        boolean byAddress = nodes.isEmpty()
                || listed.stream().anyMatch(text -> ADDRESS.matcher(text).matches());
        Map<Boolean, List<RouterMinersProbe.Miner>> by = miners.stream()
                .collect(Collectors.partitioningBy(miner -> !miner.listedAs().isEmpty()
                        || (byAddress && !miner.address().isEmpty())));
        List<RouterMinersProbe.Miner> comparable = by.getOrDefault(true, List.of());
        if (comparable.isEmpty()) {
            Outcome unknown = Outcome.inconclusive(
                    Reason.SHAPE_CHANGED,
                    "no node of the list has an address; write listed_as of the miners in the network file");
            return finding(answer, unknown, Map.of(), Map.of());
        }
        List<RouterMinersProbe.Miner> unlisted = comparable.stream()
                .filter(miner -> !has(listed, miner.address()) && !has(listed, miner.listedAs()))
                .toList();
        Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
        measurements.put(Measurement.ROUTER_MINERS, (double) nodes.size());
        measurements.put(Measurement.ROUTER_MINERS_SOUGHT, (double) comparable.size());
        measurements.put(Measurement.ROUTER_MINERS_UNLISTED, (double) unlisted.size());
        Map<String, String> evidence = new LinkedHashMap<>();
        name(RouterMinersProbe.UNLISTED, unlisted, evidence);
        name(RouterMinersProbe.UNKNOWN, by.getOrDefault(false, List.of()), evidence);
        return finding(answer, Outcome.ok(), measurements, evidence);
    }

    private static void name(String what, List<RouterMinersProbe.Miner> miners, Map<String, String> evidence) {
        if (!miners.isEmpty()) {
            evidence.put(
                    what,
                    miners.stream()
                            .limit(NAMED)
                            .map(miner -> miner.id().value())
                            .collect(Collectors.joining(" ")));
        }
        if (miners.size() > NAMED) {
            evidence.put(RouterMinersProbe.CUT, "true");
        }
    }

    private static boolean has(Set<String> listed, String text) {
        return !text.isEmpty() && listed.contains(text);
    }

    /** Keys of the list and the texts of its nodes, in lower case: any of them may be what a node goes by. */
    private static Set<String> texts(JsonNode nodes) {
        Set<String> texts = new HashSet<>();
        nodes.properties().forEach(entry -> texts.add(entry.getKey().toLowerCase(Locale.ROOT)));
        for (JsonNode node : nodes) {
            add(node, texts);
            node.forEach(value -> add(value, texts));
        }
        return texts;
    }

    private static void add(JsonNode node, Set<String> texts) {
        if (node.isTextual()) {
            texts.add(node.textValue().toLowerCase(Locale.ROOT));
        }
    }

    /** A router that does not answer is what {@code router.status} is for. */
    private static Outcome notRead(Outcome outcome) {
        return Outcome.inconclusive(
                Reason.PATH_UNHEALTHY,
                "the list was not read: " + outcome.reason().label() + ": " + outcome.detail());
    }

    private static Finding finding(
            HttpResult answer, Outcome outcome, Map<Measurement, Double> measurements, Map<String, String> evidence) {
        return new Finding(outcome, answer.trace().phases(), measurements, evidence);
    }
}
