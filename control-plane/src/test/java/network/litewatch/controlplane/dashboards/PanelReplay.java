package network.litewatch.controlplane.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import network.litewatch.controlplane.dashboards.Dashboards.Query;

/**
 * Asks the query of a panel as Grafana's datasource would (Elasticsearch: {@code pkg/tsdb/elasticsearch/data_query.go}) with
 * every variable at All, and counts what would be drawn. Variables stand as Grafana writes them: the custom All value
 * unescaped.
 */
public record PanelReplay(String elasticsearch, String prometheus, Instant from, Instant to) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Map<String, String> VARIABLES =
            Map.of("${network:regex}", ".*", "${target:regex}", ".*", "$__rate_interval", "8s");

    /** Rows, points or buckets that carry a value. */
    public int rows(Query query) throws IOException, InterruptedException {
        return query.asksPrometheus() ? samples(query.target()) : documents(query);
    }

    private int samples(JsonNode target) throws IOException, InterruptedException {
        String expr = encode(fill(target.path("expr").asText()));
        String url = target.path("instant").asBoolean()
                ? "%s/api/v1/query?query=%s&time=%s".formatted(prometheus, expr, to)
                : "%s/api/v1/query_range?query=%s&start=%s&end=%s&step=2".formatted(prometheus, expr, from, to);
        JsonNode answer = send(HttpRequest.newBuilder(URI.create(url)).build());
        int samples = 0;
        for (JsonNode series : answer.path("data").path("result")) {
            if (series.has("value")) {
                samples += drawn(series.path("value"));
            }
            for (JsonNode value : series.path("values")) {
                samples += drawn(value);
            }
        }
        return samples;
    }

    private static int drawn(JsonNode sample) {
        return sample.path(1).asText().equals("NaN") ? 0 : 1;
    }

    private int documents(Query query) throws IOException, InterruptedException {
        JsonNode target = query.target();
        String index = Dashboards.datasources()
                .get(query.datasource())
                .path("jsonData")
                .path("index")
                .asText();
        JsonNode metric = target.path("metrics").path(0);
        boolean raw = metric.path("type").asText().equals("raw_data");
        ObjectNode body = JSON.createObjectNode();
        body.put("size", raw ? metric.path("settings").path("size").asInt() : 0);
        var filter = body.putObject("query").putObject("bool").putArray("filter");
        filter.addObject()
                .putObject("range")
                .putObject(target.path("timeField").asText())
                .put("gte", from.toEpochMilli())
                .put("lte", to.toEpochMilli())
                .put("format", "epoch_millis");
        filter.addObject()
                .putObject("query_string")
                .put("analyze_wildcard", true)
                .put("query", fill(target.path("query").asText()));
        if (!raw) {
            aggregations(body, target, 0);
        }
        JsonNode answer = send(HttpRequest.newBuilder(URI.create(elasticsearch + "/" + encode(index) + "/_search"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build());
        return raw ? answer.path("hits").path("hits").size() : leaves(answer.path("aggregations"), metric);
    }

    private static void aggregations(ObjectNode parent, JsonNode target, int level) {
        JsonNode bucket = target.path("bucketAggs").path(level);
        if (bucket.isMissingNode()) {
            JsonNode metric = target.path("metrics").path(0);
            String type = metric.path("type").asText();
            if (!type.equals("count")) {
                ObjectNode own = parent.putObject("aggs")
                        .putObject(metric.path("id").asText())
                        .putObject(type)
                        .put("field", metric.path("field").asText());
                if (metric.path("settings").has("percents")) {
                    own.set("percents", metric.path("settings").path("percents"));
                }
            }
            return;
        }
        JsonNode settings = bucket.path("settings");
        ObjectNode own = parent.putObject("aggs").putObject(bucket.path("id").asText());
        if (bucket.path("type").asText().equals("terms")) {
            own.putObject("terms")
                    .put("field", bucket.path("field").asText())
                    .put("size", settings.path("size").asInt())
                    .put("min_doc_count", settings.path("min_doc_count").asInt())
                    .putObject("order")
                    .put(
                            settings.path("orderBy").asText(),
                            settings.path("order").asText());
        } else {
            own.putObject("date_histogram")
                    .put("field", bucket.path("field").asText())
                    .put("fixed_interval", "5s")
                    .put("min_doc_count", settings.path("min_doc_count").asInt());
        }
        aggregations(own, target, level + 1);
    }

    private static int leaves(JsonNode node, JsonNode metric) {
        int found = 0;
        for (JsonNode child : node) {
            JsonNode buckets = child.path("buckets");
            for (JsonNode bucket : buckets) {
                boolean deeper = bucket.properties().stream()
                        .anyMatch(field -> field.getValue().has("buckets"));
                found += deeper ? leaves(bucket, metric) : carries(bucket, metric) ? 1 : 0;
            }
        }
        return found;
    }

    private static boolean carries(JsonNode bucket, JsonNode metric) {
        if (bucket.path("doc_count").asInt() == 0) {
            return false;
        }
        if (metric.path("type").asText().equals("count")) {
            return true;
        }
        JsonNode value = bucket.path(metric.path("id").asText());
        if (value.has("values")) {
            return value.path("values").properties().stream()
                    .anyMatch(percent -> percent.getValue().isNumber());
        }
        return value.path("value").isNumber();
    }

    private static String fill(String text) {
        String filled = text;
        for (Map.Entry<String, String> variable : VARIABLES.entrySet()) {
            filled = filled.replace(variable.getKey(), variable.getValue());
        }
        return filled;
    }

    private static JsonNode send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(request.uri() + ": " + answer.statusCode() + ": " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** A Prometheus of Debian's package that scrapes {@code admin} each second, with the rules that are shipped. */
    public static String configuration(String shipped, String rules, String admin) {
        return shipped.replace("scrape_interval: 5s", "scrape_interval: 1s")
                .replace("rule_files: [litewatch.yml]", "rule_files: [" + rules + "]")
                .replace("127.0.0.1:8081", URI.create(admin).getAuthority());
    }
}
