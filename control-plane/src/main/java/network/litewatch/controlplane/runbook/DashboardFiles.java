package network.litewatch.controlplane.runbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.notify.Panel;

/**
 * The panels of the dashboards that are provisioned, by the uid of their dashboard and their title.
 *
 * @param problems what is wrong with the files
 */
public record DashboardFiles(Map<String, Map<String, Panel>> panels, List<Problem> problems) {
    /** No dashboards: what runbooks name is not looked up. */
    public static final DashboardFiles NONE = new DashboardFiles(Map.of(), List.of());

    /** What a link fills in. */
    private static final Set<String> VARIABLES = Set.of("network", "target");

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads every file of JSON in {@code folder}, as Grafana's provisioning does. */
    public static DashboardFiles load(Path folder) {
        Map<String, Map<String, Panel>> panels = new TreeMap<>();
        List<Problem> problems = new ArrayList<>();
        for (Path file : files(folder, problems)) {
            try {
                read(file, JSON.readTree(file.toFile()), panels, problems);
            } catch (IOException e) {
                problems.add(Problem.unreadable(file, e));
            }
        }
        return new DashboardFiles(panels, List.copyOf(problems));
    }

    private static List<Path> files(Path folder, List<Problem> problems) {
        try (Stream<Path> list = Files.list(folder)) {
            return list.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            problems.add(Problem.unreadable(folder, e));
            return List.of();
        }
    }

    private static void read(
            Path file, JsonNode dashboard, Map<String, Map<String, Panel>> panels, List<Problem> problems) {
        String uid = dashboard.path("uid").asText();
        Set<String> variables = new HashSet<>();
        dashboard
                .at("/templating/list")
                .forEach(one -> variables.add(one.path("name").asText()));
        if (uid.isEmpty() || !variables.containsAll(VARIABLES)) {
            problems.add(new Problem(
                    file, 1, "templating", "must be a dashboard with a uid and the variables network and target"));
            return;
        }
        Map<String, Panel> own = panels.computeIfAbsent(uid, key -> new TreeMap<>());
        dashboard.path("panels").forEach(panel -> {
            if (!panel.path("type").asText().equals("row")) {
                String title = panel.path("title").asText();
                own.put(title, new Panel(uid, panel.path("id").asInt(), title));
            }
        });
    }
}
