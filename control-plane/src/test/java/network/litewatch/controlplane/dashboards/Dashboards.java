package network.litewatch.controlplane.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The dashboards and datasources that are shipped, as Grafana would load them. */
public final class Dashboards {
    static final Path FOLDER = Path.of(Objects.requireNonNull(System.getProperty("litewatch.root")))
            .resolve("grafana");

    private static final ObjectMapper JSON = new ObjectMapper();

    private Dashboards() {}

    /** One panel that draws something. */
    record Panel(String dashboard, JsonNode json) {
        String title() {
            return json.path("title").asText();
        }

        List<Query> queries() {
            List<Query> queries = new ArrayList<>();
            json.path("targets").forEach(target -> queries.add(new Query(dashboard + ": " + title(), target)));
            return queries;
        }

        @Override
        public String toString() {
            return dashboard + ": " + title();
        }
    }

    /** One query of a panel or a variable. */
    public record Query(String where, JsonNode target) {
        public String datasource() {
            return target.path("datasource").path("uid").asText();
        }

        public boolean asksPrometheus() {
            return target.path("datasource").path("type").asText().equals("prometheus");
        }

        @Override
        public String toString() {
            return where;
        }
    }

    /** Every dashboard by the name of its file. */
    static Map<String, JsonNode> all() {
        Map<String, JsonNode> all = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(FOLDER.resolve("dashboards"))) {
            for (Path file : files.sorted().toList()) {
                all.put(Objects.toString(file.getFileName()), JSON.readTree(file.toFile()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    static List<Panel> panels() {
        List<Panel> panels = new ArrayList<>();
        all().forEach((name, dashboard) -> dashboard.path("panels").forEach(panel -> {
            if (!panel.path("type").asText().equals("row")) {
                panels.add(new Panel(name, panel));
            }
        }));
        return panels;
    }

    /** Every query of every panel. */
    public static List<Query> queries() {
        return panels().stream().flatMap(panel -> panel.queries().stream()).toList();
    }

    /** Provisioned datasources by uid. */
    static Map<String, JsonNode> datasources() {
        Map<String, JsonNode> byUid = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(FOLDER.resolve("provisioning/datasources"))) {
            for (Path file : files.sorted().toList()) {
                new YAMLMapper()
                        .readTree(file.toFile())
                        .path("datasources")
                        .forEach(source -> byUid.put(source.path("uid").asText(), source));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return byUid;
    }
}
