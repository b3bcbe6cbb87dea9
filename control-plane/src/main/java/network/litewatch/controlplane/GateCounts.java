package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import network.litewatch.controlplane.gate.Answer;
import network.litewatch.controlplane.gate.GateData.Part;
import network.litewatch.controlplane.gate.GateData.Span;
import network.litewatch.controlplane.gate.Measure;
import network.litewatch.controlplane.gate.Measured;
import network.litewatch.controlplane.reputation.EvidenceReader;
import network.litewatch.controlplane.store.AuditChain;

/**
 * Whether what was accepted is stored, once: counted out of Elasticsearch against what PostgreSQL counted in the transactions that
 * accepted it, against the slots that there must have been, and against the tasks that the load itself was told of.
 */
final class GateCounts {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String WHOSE = "an operator's";
    /** Concluded from runs and written at their slots: nobody accepts them, and they have no slots of their own. */
    private static final Set<String> VERDICTS =
            Set.of(EvidenceReader.VERDICT.value(), EvidenceReader.IDENTITY_VERDICT.value());
    /** A minute's count is written two minutes after its end, by a chore that looks every 20 s. */
    private static final Duration COUNTED = Duration.ofSeconds(155);

    private static final int OK = 200;

    private final ServiceApi api;
    private final Optional<URI> elasticsearch;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();

    /** {@code elasticsearch} is where documents can be counted; empty where only the API can be asked. */
    GateCounts(ServiceApi api, Optional<URI> elasticsearch) {
        this.api = api;
        this.elasticsearch = elasticsearch;
    }

    /** All that is counted of {@code from} to {@code to}, asked at {@code now}. */
    Map<Measure, Measured> of(Instant from, Instant to, Instant now, List<Answer> answers) throws InterruptedException {
        Map<Measure, Measured> counts = new HashMap<>();
        observations(from, to, counts);
        counts.put(Measure.OBSERVATIONS_MISSING, accepted(from, to, now));
        counts.put(Measure.TASKS_UNINDEXED, tasks(from, answers));
        AuditChain audit = new AuditChain();
        api.each("/api/v1/audit", WHOSE, item -> audit.add(AuditCommand.link(item)));
        counts.put(
                Measure.AUDIT_BROKEN,
                Measured.read(audit.broken().size(), audit.entries(), "every hash worked out again"));
        return counts;
    }

    private void observations(Instant from, Instant to, Map<Measure, Measured> counts) throws InterruptedException {
        Map<String, TreeMap<Long, Integer>> series = new HashMap<>();
        api.each("/api/v1/observations?from=" + from + "&to=" + to, WHOSE, item -> {
            JsonNode own = item.path("cortensor");
            String name = own.path("probe").asText() + " " + own.path("target").asText() + " "
                    + own.path("vantage").asText();
            series.computeIfAbsent(name, n -> new TreeMap<>())
                    .merge(Instant.parse(own.path("slot").asText()).toEpochMilli(), 1, Integer::sum);
        });
        long documents = 0;
        long twice = 0;
        long slots = 0;
        long missing = 0;
        List<String> where = new ArrayList<>();
        for (Map.Entry<String, TreeMap<Long, Integer>> one : series.entrySet()) {
            for (int times : one.getValue().values()) {
                documents += times;
                twice += times - 1;
            }
            if (!VERDICTS.contains(one.getKey().split(" ", 2)[0])) {
                Part holes = holes(List.copyOf(one.getValue().keySet()));
                missing += holes.some();
                if (holes.some() > 0) {
                    where.add(one.getKey() + ": " + holes.some());
                }
                slots += holes.all();
            }
        }
        counts.put(
                Measure.OBSERVATIONS_TWICE,
                Measured.read((double) twice, documents, "all documents of the run, by slot"));
        counts.put(
                Measure.SLOTS_MISSING,
                Measured.read(
                        (double) missing,
                        slots,
                        "between the first and the last slot of each of " + series.size() + " series"
                                + (where.isEmpty()
                                        ? ""
                                        : ": "
                                                + String.join(
                                                        ", ",
                                                        where.stream().sorted().toList()))));
    }

    /**
     * Slots without an observation between the first and the last of {@code millis}, which rise, and all slots there. Slots lie an interval
     * apart, give or take its jitter; what follows another within half of it was repeated after a failure.
     */
    static Part holes(List<Long> millis) {
        List<Long> distances = new ArrayList<>();
        for (int i = 1; i < millis.size(); i++) {
            distances.add(millis.get(i) - millis.get(i - 1));
        }
        if (distances.isEmpty()) {
            return new Part(0, millis.size());
        }
        distances.sort(Long::compare);
        double interval = distances.get(distances.size() / 2);
        long before = millis.get(0);
        long slots = 1;
        long missing = 0;
        for (long at : millis.subList(1, millis.size())) {
            if (at - before >= interval / 2) {
                long steps = Math.max(1, Math.round((at - before) / interval));
                slots += steps;
                missing += steps - 1;
                before = at;
            }
        }
        return new Part(missing, slots);
    }

    /** Observations that PostgreSQL counted as it accepted them, in whole minutes that are counted, without their documents. */
    private Measured accepted(Instant from, Instant to, Instant now) throws InterruptedException {
        if (elasticsearch.isEmpty()) {
            return Measured.nothing("Elasticsearch was not named; see --elasticsearch");
        }
        Instant first = from.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
        Instant counted = now.minus(COUNTED);
        Instant end = (to.isBefore(counted) ? to : counted).truncatedTo(ChronoUnit.MINUTES);
        if (!end.isAfter(first)) {
            return Measured.nothing("no whole minute of the run is counted yet; a longer settle waits for it");
        }
        String range = "{\"range\":{\"@timestamp\":{\"gte\":\"" + first + "\",\"lt\":\"" + end + "\"}}}";
        try {
            long accepted = Math.round(search(
                            "litewatch-summaries-*/_search",
                            "{\"size\":0,\"query\":" + range
                                    + ",\"aggs\":{\"stored\":{\"sum\":{\"field\":\"cortensor.stored\"}}}}")
                    .at("/aggregations/stored/value")
                    .asDouble());
            // Verdicts are concluded and not accepted: no minute counts them.
            String accountable = "{\"query\":{\"bool\":{\"filter\":[" + range
                    + "],\"must_not\":[{\"terms\":{\"cortensor.probe\":"
                    + JSON.valueToTree(VERDICTS) + "}}]}}}";
            long stored = search("litewatch-observations-*/_count", accountable)
                    .path("count")
                    .asLong();
            return Measured.read(
                    (double) Math.abs(accepted - stored),
                    accepted,
                    accepted + " accepted, " + stored + " stored, " + first + " to " + end);
        } catch (IOException e) {
            return Measured.nothing("Elasticsearch does not answer: " + e.getMessage());
        }
    }

    private JsonNode search(String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(elasticsearch.orElseThrow() + "/" + path))
                        .header("Content-Type", "application/json")
                        .timeout(Duration.ofSeconds(20))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != OK) {
            throw new IOException("HTTP " + answer.statusCode());
        }
        return JSON.readTree(answer.body());
    }

    /** Tasks that the load was told of and the index does not know, and holes in the numbers of those that it does. */
    private Measured tasks(Instant from, List<Answer> answers) throws InterruptedException {
        Map<String, TreeSet<Long>> known = new HashMap<>();
        // A block's time may be a little before the request's, by another clock.
        api.each(
                "/api/v1/chain-events?event=TaskQueued&state=added&from=" + from.minusSeconds(5),
                WHOSE,
                item -> known.computeIfAbsent(item.at("/cortensor/session_id").asText(), s -> new TreeSet<>())
                        .add(item.at("/cortensor/task_id").asLong()));
        Set<String> told = new HashSet<>();
        answers.forEach(answer -> answer.task().ifPresent(task -> told.add(answer.session() + " " + task)));
        long lost = told.stream()
                .filter(task -> !known.getOrDefault(task.split(" ", 2)[0], new TreeSet<>())
                        .contains(Long.parseLong(task.split(" ", 2)[1])))
                .count();
        long holes = known.values().stream()
                .mapToLong(ids -> ids.last() - ids.first() + 1 - ids.size())
                .sum();
        long all = known.values().stream().mapToLong(Set::size).sum();
        return Measured.read(
                (double) (lost + holes),
                told.isEmpty() ? 0 : all,
                lost + " of " + told.size() + " of the load's own unknown, " + holes + " holes in " + all
                        + " task numbers");
    }

    /** Of each stage the tasks with several miners, and of those the ones that all of them committed. */
    Map<String, Part> committed(List<Span> spans, List<Answer> answers) throws InterruptedException {
        Instant from = spans.get(0).from().minusSeconds(5);
        Set<String> shared = new HashSet<>();
        api.each("/api/v1/chain-events?event=TaskAssigned&state=added&from=" + from, WHOSE, item -> {
            if (item.at("/cortensor/args/miners").size() > 1) {
                shared.add(task(item));
            }
        });
        Set<String> whole = new HashSet<>();
        api.each(
                "/api/v1/chain-events?event=TaskAllCommitted&state=added&from=" + from,
                WHOSE,
                item -> whole.add(task(item)));
        Map<String, List<String>> stages = new HashMap<>();
        for (Answer answer : answers) {
            answer.task()
                    .map(task -> answer.session() + " " + task)
                    .filter(shared::contains)
                    .ifPresent(task -> stages.computeIfAbsent(answer.stage(), s -> new ArrayList<>())
                            .add(task));
        }
        Map<String, Part> parts = new HashMap<>();
        stages.forEach((stage, tasks) ->
                parts.put(stage, new Part(tasks.stream().filter(whole::contains).count(), tasks.size())));
        return parts;
    }

    private static String task(JsonNode item) {
        return item.at("/cortensor/session_id").asText() + " "
                + item.at("/cortensor/task_id").asText();
    }
}
