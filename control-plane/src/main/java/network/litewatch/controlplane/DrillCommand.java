package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import network.litewatch.controlplane.bench.ServiceOrder;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.drill.Mode;
import network.litewatch.controlplane.embedded.Child;

/** {@code drill}: rehearsals of runbooks, at a service that runs, or at one of its own beside a lab of its own. */
final class DrillCommand extends Command {
    private static final String VIEWER = "a viewer's";
    private static final String OPERATOR = "an operator's";
    private static final String DRILLS = "/api/v1/drills";
    private static final int PATIENCE_SECONDS = 120;

    private final Placeholders placeholders;
    private final Placeholders.Lookup environment;
    private final PrintStream out;

    DrillCommand(Placeholders placeholders, Placeholders.Lookup environment, PrintStream out) {
        super("drill", "rehearses runbooks: breaks something, and says whether the alert that should come came");
        this.placeholders = placeholders;
        this.environment = environment;
        this.out = out;
    }

    @Override
    public void configure(Subparser parser) {
        parser.addArgument("what")
                .choices("list", "plan", "run", "approve", "abort", "stop", "release", "report")
                .help(
                        "list: what is proved by which drill, and when it last was; plan ID: what a drill would do, or why not; run ID or"
                                + " run --all: exit 1 when one does not come to what it should; approve RUN: as the second person, where it takes two; abort"
                                + " RUN: ends a run, mended first; stop: ends all, and lets none begin until release; report RUN");
        parser.addArgument("id")
                .nargs("?")
                .setDefault("")
                .help("of the drill; for approve, abort and report, of the run");
        parser.addArgument("--all").action(Arguments.storeTrue()).help("for run: every drill of the tier");
        parser.addArgument("--tier")
                .choices("ci", "staging")
                .setDefault("ci")
                .help("for run --all: of which tier (default: ci)");
        parser.addArgument("--actionless").action(Arguments.storeTrue()).help("for run: everything but the injection");
        parser.addArgument("--null")
                .dest("nothing")
                .action(Arguments.storeTrue())
                .help("for run: nothing is broken, and nothing may fire; without an id, of every drill of the tier");
        parser.addArgument("--mutants")
                .action(Arguments.storeTrue())
                .help(
                        "for run: rule off, threshold ten times as far, route removed, runbook broken, fault that does nothing: each"
                                + " must make the drill fail; without an id, each of every drill of the tier, which takes hours");
        parser.addArgument("--reason").setDefault("").help("for stop: why no drill may go on");
        parser.addArgument("--verify")
                .action(Arguments.storeTrue())
                .help("for report: checks the signature; id may be a file");
        parser.addArgument("--key")
                .setDefault("")
                .help("for report --verify: the public key (default: what the service says)");
        parser.addArgument("--url")
                .setDefault("")
                .help(
                        "base URL of a running service; without it run starts a lab and a service of its own on free ports, the others ask"
                                + " the configuration's");
        parser.addArgument("--config")
                .setDefault("")
                .help("configuration (default: control-plane/config/litewatch.yml)");
        parser.addArgument("--token-file")
                .setDefault("")
                .help("file with an operator's token (default: the environment variable LITEWATCH_TOKEN, or none)");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace arguments) throws Exception {
        String what = arguments.getString("what");
        String id = arguments.getString("id");
        if (what.equals("run")) {
            run(bootstrap, arguments, id);
            return;
        }
        if (id.isEmpty() && !Set.of("list", "stop", "release").contains(what)) {
            throw new IllegalArgumentException(what + " needs an id; litewatch drill list shows drills");
        }
        if (what.equals("report")) {
            report(bootstrap, arguments, id);
            return;
        }
        ServiceApi api = ServiceApi.of(bootstrap, arguments, placeholders, environment);
        switch (what) {
            case "list" -> list(api);
            case "plan" -> plan(api.get(DRILLS + "/" + ServiceApi.segment(id) + "/plan", VIEWER));
            case "approve" ->
                out.println("approved: "
                        + api.post(runOf(id) + "/approve", "{}", OPERATOR)
                                .path("id")
                                .asText());
            case "stop" -> stop(api, arguments.getString("reason"));
            case "release" -> {
                api.delete(DRILLS + "/stop", OPERATOR);
                out.println("drills may begin again");
            }
            default ->
                out.println("asked for the end of "
                        + api.post(runOf(id) + "/abort", "{}", OPERATOR)
                                .path("id")
                                .asText());
        }
        out.flush();
    }

    private static String runOf(String id) {
        return DRILLS + "/runs/" + ServiceApi.segment(id);
    }

    private void stop(ServiceApi api, String reason) throws InterruptedException {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("stop needs --reason: whoever finds drills stopped must know why");
        }
        String wish =
                JsonNodeFactory.instance.objectNode().put("reason", reason).toString();
        JsonNode stop = api.post(DRILLS + "/stop", wish, OPERATOR);
        out.println("no drill goes on or begins since " + stop.path("since").asText()
                + "; litewatch drill release ends that");
    }

    private void list(ServiceApi api) throws InterruptedException {
        List<JsonNode> drills = new ArrayList<>();
        api.each(DRILLS, VIEWER, drills::add);
        String row = "%-24s %-24s %-10s %-30s %-8s %s%n";
        out.printf(row, "DRILL", "ALERT", "TIER", "FAULT", "BOUND", "LAST PROVED");
        drills.forEach(drill -> out.printf(
                Locale.ROOT,
                row,
                drill.path("id").asText(),
                drill.path("alert").asText(),
                drill.path("tier").asText(),
                drill.path("fault").asText(),
                drill.path("firesWithin").asText(),
                drill.hasNonNull("provedAt")
                        ? drill.path("provedAt").asText() + " in " + DrillTable.seconds(drill.path("secondsToFire"))
                                + " s"
                        : "never here"));
    }

    private void plan(JsonNode plan) {
        plan.path("steps").forEach(step -> out.println("- " + step.asText()));
        out.println("breaks: " + plan.path("breaks"));
        out.println("touches: " + plan.path("touches"));
        out.println("waits for others of: " + plan.path("domain").asText());
        if (!plan.path("refusals").isEmpty()) {
            plan.path("refusals").forEach(why -> out.println("refused: " + why.asText()));
            throw new IllegalStateException("it would not begin now");
        }
    }

    private void report(Bootstrap<?> bootstrap, Namespace arguments, String id) throws Exception {
        Path file = Path.of(id);
        boolean isFile = Files.isRegularFile(file);
        String key = arguments.getString("key");
        String signed;
        if (isFile) {
            signed = Files.readString(file);
        } else {
            ServiceApi api = ServiceApi.of(bootstrap, arguments, placeholders, environment);
            signed = api.get(DRILLS + "/runs/" + ServiceApi.segment(id) + "/journal", VIEWER)
                    .toString();
            key = key.isEmpty() ? api.get(DRILLS + "/key", VIEWER).path("key").asText() : key;
        }
        JsonNode journal;
        try {
            journal = DrillDocuments.parse(signed).path("journal");
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(id + ": " + e.getMessage(), e);
        }
        if (!journal.isObject()) {
            throw new IllegalArgumentException(
                    id + ": is not a journal of a drill, as " + DRILLS + "/runs/RUN/journal gives it");
        }
        out.println(journal.toPrettyString());
        out.flush();
        if (arguments.getBoolean("verify")) {
            if (key.isEmpty()) {
                throw new IllegalArgumentException(
                        "--key is missing: whose signature must it be? See " + DRILLS + "/key");
            }
            if (!DrillSigner.verify(signed, key)) {
                throw new IllegalStateException(
                        "the signature is not of this key and this journal: it was changed, or is another's");
            }
            out.println("signature: good");
            out.flush();
        }
    }

    private void run(Bootstrap<?> bootstrap, Namespace arguments, String id) throws Exception {
        boolean wide = arguments.getBoolean("nothing") || arguments.getBoolean("mutants");
        boolean all = arguments.getBoolean("all");
        if (all && !id.isEmpty()) {
            throw new IllegalArgumentException("run needs the id of a drill or --all, and has both");
        }
        if (!all && !wide && id.isEmpty()) {
            throw new IllegalArgumentException(
                    "run needs the id of a drill, or --all; litewatch drill list shows drills");
        }
        List<Mode> modes = modes(arguments);
        if (!arguments.getString("url").isEmpty()) {
            ServiceApi api = ServiceApi.of(bootstrap, arguments, placeholders, environment);
            if (!rehearse(api, chosen(api, id, arguments.getString("tier")), modes)) {
                throw new IllegalStateException("a drill did not come to what it should: see the table");
            }
            return;
        }
        BenchStack.runWatched((order, home) -> {
            try (Child service = start(order, home)) {
                ServiceApi api = ServiceApi.local(order.apiPort());
                await(api, service);
                return rehearse(api, chosen(api, id, arguments.getString("tier")), modes);
            }
        });
    }

    private static List<Mode> modes(Namespace arguments) {
        if (arguments.getBoolean("mutants")) {
            return List.copyOf(new TreeSet<>(Mode.MUTANTS));
        }
        if (arguments.getBoolean("nothing")) {
            return List.of(Mode.NULL);
        }
        return List.of(arguments.getBoolean("actionless") ? Mode.ACTIONLESS : Mode.FAULT);
    }

    /** The service beside parts that run, with its log in {@code home}. */
    static Child start(ServiceOrder order, Path home) throws IOException {
        Map<String, String> variables = new LinkedHashMap<>(order.environment());
        variables.put("LITEWATCH_PARENT", Long.toString(ProcessHandle.current().pid()));
        variables.putIfAbsent(
                "LITEWATCH_DRILL_JOURNALS",
                Path.of(System.getProperty("litewatch.root", "."), ".litewatch", "drills")
                        .toString());
        List<String> command = new ArrayList<>(order.program());
        command.addAll(List.of("server", order.config().toString()));
        return Child.start("service", command, variables, home.resolve("service.log"));
    }

    /** Waits until it answers; throws with the end of its log when it does not. */
    static void await(ServiceApi api, Child service) throws IOException, InterruptedException {
        for (int i = 0; i < PATIENCE_SECONDS; i++) {
            try {
                api.each(DRILLS, VIEWER, drill -> {});
                return;
            } catch (IllegalStateException notYet) {
                if (!service.isAlive()) {
                    throw new IOException(service.obituary());
                }
                TimeUnit.SECONDS.sleep(1);
            }
        }
        throw new IOException("the service did not answer within " + PATIENCE_SECONDS + " s; " + service.obituary());
    }

    private static List<String> chosen(ServiceApi api, String id, String tier) throws InterruptedException {
        if (!id.isEmpty()) {
            return List.of(id);
        }
        List<String> ids = new ArrayList<>();
        api.each(DRILLS, VIEWER, drill -> {
            if (drill.path("tier").asText().equals(tier)) {
                ids.add(drill.path("id").asText());
            }
        });
        if (ids.isEmpty()) {
            throw new IllegalStateException("no runbook has a drill of tier " + tier);
        }
        return ids;
    }

    /** {@code drills}, those first that touch most: while such a one waits, what it waits for goes on one after the other. */
    private static List<String> widestFirst(ServiceApi api, List<String> drills) throws InterruptedException {
        Map<String, Integer> touched = new LinkedHashMap<>();
        for (String drill : drills) {
            JsonNode plan = api.get(DRILLS + "/" + ServiceApi.segment(drill) + "/plan", VIEWER);
            touched.put(drill, plan.path("touches").size());
        }
        return drills.stream()
                .sorted(Comparator.comparing(touched::get, Comparator.reverseOrder()))
                .toList();
    }

    /**
     * Starts a run of each drill, which wait for each other where they must, and its next mode when that is over; prints how each ended.
     *
     * @return false when one did not come to what it should
     */
    private boolean rehearse(ServiceApi api, List<String> drills, List<Mode> modes) throws InterruptedException {
        Deque<Turn> open = new ArrayDeque<>();
        for (String drill : widestFirst(api, drills)) {
            open.add(new Turn(drill, 0, begin(api, drill, modes.get(0))));
        }
        List<JsonNode> ended = new ArrayList<>();
        while (!open.isEmpty()) {
            for (int i = open.size(); i > 0; i--) {
                Turn turn = open.removeFirst();
                JsonNode run = api.getPatiently(DRILLS + "/runs/" + turn.run(), VIEWER);
                if (!run.path("state").asText().equals("closed")) {
                    open.addLast(turn);
                    continue;
                }
                ended.add(run);
                progress(ended.size(), drills.size() * modes.size(), run);
                int next = turn.mode() + 1;
                if (next < modes.size()) {
                    open.addLast(new Turn(turn.drill(), next, begin(api, turn.drill(), modes.get(next))));
                }
            }
            TimeUnit.SECONDS.sleep(1);
        }
        return new DrillTable(out).print(ended);
    }

    /** A run of a drill that is not over, in the mode of that index. */
    private record Turn(String drill, int mode, String run) {}

    private void progress(int ended, int all, JsonNode run) {
        out.printf(
                "%d of %d: %s, %s: %s%s: %s%n",
                ended,
                all,
                run.path("id").asText(),
                run.path("mode").asText(),
                run.path("verdict").asText(),
                run.path("passed").asBoolean() ? "" : ", NOT as it should be",
                run.path("why").asText());
        out.flush();
    }

    /** Begins a run of {@code drill}, or has it wait until others are over; its id. */
    static String begin(ServiceApi api, String drill, Mode mode) throws InterruptedException {
        String body = JsonNodeFactory.instance
                .objectNode()
                .put("drill", drill)
                .put("mode", mode.label())
                .toString();
        return api.postPatiently(DRILLS + "/runs", body, OPERATOR).path("id").asText();
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable e) {
        cli.getStdErr().println(e.getMessage() == null ? e.toString() : e.getMessage());
    }
}
