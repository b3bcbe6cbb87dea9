package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The file of the lab's network with other miners in it than the shipped one has. Pure. */
final class LabNetwork {
    /** Its name, in the home of {@code up}. */
    static final String FILE = "lab-network.yml";

    private static final List<String> OPERATORS = List.of("lab-a", "lab-b", "lab-c");
    private static final String SECTION = "miners:";

    private LabNetwork() {}

    /**
     * {@code shipped}, with an entry for each of {@code miners} instead of its own. The first of each model is trusted.
     *
     * @param miners as lab.json has them
     * @throws IllegalArgumentException when {@code shipped} has no section of miners
     */
    static String of(String shipped, JsonNode miners) {
        StringBuilder text = new StringBuilder();
        boolean within = false;
        boolean found = false;
        for (String line : shipped.lines().toList()) {
            boolean top = !line.isEmpty() && !Character.isWhitespace(line.charAt(0));
            within = within && !top;
            if (line.equals(SECTION)) {
                found = true;
                within = true;
                text.append(SECTION).append('\n').append(entries(miners));
            } else if (!within) {
                text.append(line).append('\n');
            }
        }
        if (!found) {
            throw new IllegalArgumentException("the lab's network file has no section " + SECTION);
        }
        return text.toString();
    }

    private static String entries(JsonNode miners) {
        StringBuilder text = new StringBuilder();
        Set<String> models = new HashSet<>();
        int index = 0;
        for (JsonNode miner : miners) {
            String model = miner.path("model").asText();
            text.append(String.format(
                    Locale.ROOT,
                    """
                    - id: lab-%s
                      router: lab-router
                      session: "%d"
                      address: "%s"
                      labels: {operator: %s, region: local, gpu_class: %s, model: %s, checked: "false"%s}
                    """.indent(2),
                    miner.path("name").asText(),
                    miner.path("session").asLong(),
                    miner.path("address").asText(),
                    OPERATORS.get(index++ % OPERATORS.size()),
                    miner.path("gpuClass").asText(),
                    model,
                    models.add(model) ? ", trusted: \"true\"" : ""));
        }
        return text.toString();
    }
}
