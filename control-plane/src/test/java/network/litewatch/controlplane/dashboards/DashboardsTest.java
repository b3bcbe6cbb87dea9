package network.litewatch.controlplane.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import network.litewatch.controlplane.dashboards.Dashboards.Panel;
import network.litewatch.controlplane.dashboards.Dashboards.Query;
import network.litewatch.controlplane.ingest.elastic.Templates;
import network.litewatch.controlplane.notify.slack.Links;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a dashboard must keep to, whatever it shows. That its queries find rows is shown by the end-to-end test. */
class DashboardsTest {
    private static final Map<String, ObjectNode> MAPPINGS = Map.of(
            "litewatch-observations", Templates.observations(),
            "litewatch-alerts", Templates.alerts(),
            "litewatch-drills", Templates.drills());
    private static final Pattern QUERIED = Pattern.compile("([@A-Za-z_][\\w.]*):");
    private static final Pattern NAMED = Pattern.compile("\\{uid: [\\w-]+, panel: \"([^\"]+)\"}");
    private static final Pattern RUNBOOK = Pattern.compile("^\\$\\{litewatch}/runbooks/([a-z0-9-]+)$");

    @ParameterizedTest
    @MethodSource("panels")
    void aPanelSaysWhatItShowsInWhatUnitAndWhatGoodLooksLike(Panel panel) {
        assertThat(panel.title()).isNotBlank();
        assertThat(panel.json().path("description").asText()).hasSizeGreaterThanOrEqualTo(20);
        assertThat(panel.json()
                        .path("fieldConfig")
                        .path("defaults")
                        .path("unit")
                        .asText())
                .isNotBlank();
        assertThat(panel.queries()).isNotEmpty();
        assertThat(panel.json().path("links")).allSatisfy(link -> {
            Matcher runbook = RUNBOOK.matcher(link.path("url").asText());
            assertThat(runbook.find()).as("a link to a runbook: %s", link).isTrue();
            assertThat(Dashboards.FOLDER.resolveSibling("runbooks").resolve(runbook.group(1) + ".md"))
                    .exists();
        });
    }

    @ParameterizedTest
    @MethodSource("queries")
    void aQueryAsksAProvisionedDatasource(Query query) {
        assertThat(Dashboards.datasources()).containsKey(query.datasource());
    }

    @ParameterizedTest
    @MethodSource("elasticsearchQueries")
    void anElasticsearchQueryIsBoundedFollowsTheVariablesAndNamesMappedFields(Query query) {
        JsonNode target = query.target();
        assertThat(target.path("timeField").asText()).isEqualTo("@timestamp");
        assertThat(target.path("query").asText()).contains("${network:regex}", "${target:regex}");
        assertThat(target.path("metrics"))
                .isNotEmpty()
                .allSatisfy(metric -> assertThat(metric.path("type").asText())
                        .isIn("count", "max", "min", "avg", "sum", "percentiles", "cardinality", "raw_data"));
        for (JsonNode bucket : target.path("bucketAggs")) {
            JsonNode settings = bucket.path("settings");
            if (bucket.path("type").asText().equals("terms")) {
                assertThat(settings.path("size").asInt()).isBetween(1, 50);
            } else {
                assertThat(settings.path("interval").asText()).isEqualTo("auto");
            }
        }
        ObjectNode mapping = MAPPINGS.get(query.datasource());
        assertThat(mapping).isNotNull();
        assertThat(fields(target))
                .isNotEmpty()
                .allSatisfy(field -> assertThat(mapped(mapping, field))
                        .as("%s is in the mapping of %s", field, query.datasource())
                        .isTrue());
    }

    @ParameterizedTest
    @MethodSource("prometheusQueries")
    void aPrometheusRateIsTakenOverTheRateInterval(Query query) {
        String expr = query.target().path("expr").asText();
        assertThat(expr.contains("rate(")).isEqualTo(expr.contains("[$__rate_interval]"));
    }

    @Test
    void marksAskProvisionedDatasourcesForMappedFieldsAndDrillsAreAmongThem() {
        Dashboards.all().values().forEach(dashboard -> {
            List<String> names = new ArrayList<>();
            dashboard.at("/annotations/list").forEach(mark -> {
                names.add(mark.path("name").asText());
                String datasource = mark.at("/datasource/uid").asText();
                ObjectNode mapping = MAPPINGS.get(datasource);
                assertThat(Dashboards.datasources()).containsKey(datasource);
                assertThat(mapping).isNotNull();
                Stream.of("timeField", "timeEndField", "textField", "tagsField")
                        .filter(mark::has)
                        .forEach(field -> assertThat(
                                        mapped(mapping, mark.path(field).asText()))
                                .as("%s is in the mapping of %s", mark.path(field), datasource)
                                .isTrue());
            });
            assertThat(names).contains("Alerts", "Drills");
        });
    }

    @Test
    void dashboardsHaveTheirOwnUidCannotBeEditedAndStaySmall() {
        Set<String> uids = new HashSet<>();
        Dashboards.all().forEach((name, dashboard) -> {
            assertThat(uids.add(dashboard.path("uid").asText())).as(name).isTrue();
            assertThat(dashboard.has("id")).as(name).isFalse();
            assertThat(dashboard.path("editable").asBoolean(true)).as(name).isFalse();
            List<Panel> panels = Dashboards.panels().stream()
                    .filter(panel -> panel.dashboard().equals(name))
                    .toList();
            assertThat(panels.size()).as("panels of %s", name).isLessThanOrEqualTo(25);
            assertThat(panels.stream().mapToInt(panel -> panel.queries().size()).sum())
                    .as("queries of %s", name)
                    .isLessThanOrEqualTo(40);
        });
    }

    @Test
    void theLinkInAMessageLeadsToADashboardThatIsShipped() {
        assertThat(Dashboards.all().values())
                .anySatisfy(d -> assertThat(d.path("uid").asText()).isEqualTo(Links.DASHBOARD));
    }

    /** Whoever goes from a runbook to a panel finds the way back. */
    @Test
    void everyRunbookNamesAPanelThatLinksToIt() throws IOException {
        try (Stream<Path> files = Files.list(Dashboards.FOLDER.resolveSibling("runbooks"))) {
            for (Path file : files.filter(one -> one.toString().endsWith(".md")).toList()) {
                String id = String.valueOf(file.getFileName()).replaceFirst("\\.md$", "");
                List<String> named = NAMED.matcher(Files.readString(file))
                        .results()
                        .map(found -> found.group(1))
                        .toList();
                assertThat(named)
                        .as(id)
                        .isNotEmpty()
                        .allSatisfy(title -> assertThat(Dashboards.panels())
                                .filteredOn(panel -> panel.title().equals(title))
                                .anySatisfy(panel -> assertThat(
                                                panel.json().path("links").findValuesAsText("url"))
                                        .contains("${litewatch}/runbooks/" + id)));
            }
        }
    }

    @Test
    void everyRunbookIsLinkedFromAPanel() throws IOException {
        Set<String> linked = new TreeSet<>();
        Dashboards.panels()
                .forEach(panel -> panel.json()
                        .path("links")
                        .forEach(link ->
                                linked.add(link.path("url").asText().replace("${litewatch}/runbooks/", "") + ".md")));
        try (Stream<Path> files = Files.list(Dashboards.FOLDER.resolveSibling("runbooks"))) {
            assertThat(files.map(file -> String.valueOf(file.getFileName()))
                            .filter(name -> name.endsWith(".md") && !name.equals("README.md")))
                    .allSatisfy(name -> assertThat(linked).contains(name));
        }
    }

    private static List<String> fields(JsonNode target) {
        List<String> fields = new ArrayList<>();
        Matcher queried = QUERIED.matcher(target.path("query").asText().replaceAll("\\$\\{\\w+:regex}", ""));
        while (queried.find()) {
            fields.add(queried.group(1));
        }
        Stream.of("metrics", "bucketAggs")
                .forEach(part -> target.path(part).forEach(aggregation -> {
                    if (aggregation.has("field")) {
                        fields.add(aggregation.path("field").asText());
                    }
                }));
        return fields;
    }

    private static boolean mapped(JsonNode mapping, String field) {
        JsonNode here = mapping;
        for (String step : field.split("\\.", -1)) {
            here = here.path("properties").path(step);
        }
        return here.has("type");
    }

    static Stream<Panel> panels() {
        return Dashboards.panels().stream();
    }

    static Stream<Query> queries() {
        return Dashboards.queries().stream();
    }

    static Stream<Query> elasticsearchQueries() {
        return queries().filter(query -> !query.asksPrometheus());
    }

    static Stream<Query> prometheusQueries() {
        return queries().filter(Query::asksPrometheus);
    }
}
