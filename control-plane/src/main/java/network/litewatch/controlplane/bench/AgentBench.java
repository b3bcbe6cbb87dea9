package network.litewatch.controlplane.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import network.litewatch.controlplane.auth.Tokens;
import network.litewatch.controlplane.embedded.Child;

/**
 * An agent and a service, a process each, with a wire between them that is cut for a while. What must hold: nothing that the agent
 * accepted is missing or twice there afterwards, and people were told that the vantage was silent, and that it is not any more.
 */
final class AgentBench {
    private static final String VANTAGE = "east";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    // The rule's 30 s, the probe's 5 s, and what a busy machine needs.
    private static final Duration TOLD = Duration.ofSeconds(45);

    private final PrintStream out;
    private final AgentOrder order;
    private final Path home;
    private final ServiceView view;
    private final Tokens.Minted token = Tokens.mint(new SecureRandom());

    /** Keeps its files in {@code home}. */
    AgentBench(PrintStream out, AgentOrder order, Path home) {
        this.out = out;
        this.order = order;
        this.home = home;
        this.view = new ServiceView(order.apiPort(), VANTAGE);
    }

    /** Prints what it saw; false when a promise is broken. */
    boolean run(Path labJar) throws Exception {
        out.println(Load.machine());
        try (LoadServer site = LoadServer.start(labJar, Optional.empty());
                Child service = service(site.port());
                CutWire wire = new CutWire(order.apiPort())) {
            if (!await("the service", service, () -> view.plans() == order.targets())) {
                return false;
            }
            try (Child agent = agent(wire.port())) {
                return await(
                                "the first observations",
                                agent,
                                () -> view.stored().size() > order.targets())
                        && cutOff(wire, agent);
            }
        }
    }

    private boolean cutOff(CutWire wire, Child agent) throws Exception {
        int before = journal().size();
        long from = System.nanoTime();
        out.println("cut, with " + before + " observations accepted");
        wire.cut();
        double told = -1;
        while (seconds(from) < order.cut().toSeconds()) {
            if (told < 0 && view.isSilent()) {
                told = seconds(from);
                out.printf(Locale.ROOT, "told after %.1f s that the vantage is silent%n", told);
            }
            pause();
        }
        wire.mend();
        long mended = System.nanoTime();
        int during = journal().size() - before;
        out.println("mended; " + during + " observations were accepted meanwhile");
        double resolved = await("the end of the alert", agent, () -> !view.isSilent()) ? seconds(mended) : -1;
        Set<String> accepted = journal();
        boolean whole = await("what is missing", agent, () -> missing(accepted, view.stored()) == 0);
        double arrived = seconds(mended);
        List<String> stored = view.stored();
        int missing = missing(accepted, stored);
        int twice = stored.size() - new HashSet<>(stored).size();
        long dropped = view.dropped();
        out.println();
        out.println("Agent cut off (" + order.targets() + " targets every second):");
        out.println("| cut | accepted | of these cut off | missing | stored twice | not kept | told silent after |"
                + " told back after | all there after |");
        out.println("|---|---|---|---|---|---|---|---|---|");
        out.println(String.format(
                Locale.ROOT,
                "| %d s | %d | %d | %d | %d | %d | %s | %s | %s |",
                order.cut().toSeconds(),
                accepted.size(),
                during,
                missing,
                twice,
                dropped,
                said(told),
                said(resolved),
                whole ? said(arrived) : "never"));
        out.println("wanted: missing 0, twice 0, not kept 0, told within " + TOLD.toSeconds() + " s, and told back");
        return whole
                && missing == 0
                && twice == 0
                && dropped == 0
                && during > 0
                && told >= 0
                && told <= TOLD.toSeconds()
                && resolved >= 0;
    }

    private Child service(int site) throws IOException {
        StringBuilder network = new StringBuilder("""
                id: bench
                chain: {id: 31337, block_time: 1s}
                egress: {private_ranges: ["127.0.0.0/8"]}
                probes:
                  http: {interval: 1s, timeout: 1s}
                endpoints:
                """);
        for (int i = 1; i <= order.targets(); i++) {
            network.append("  - {id: site-%d, probe: http, url: \"http://127.0.0.1:%d/\"}%n".formatted(i, site));
        }
        Path file = home.resolve("bench.yml");
        Files.writeString(file, network);
        Map<String, String> environment = new LinkedHashMap<>(order.environment());
        environment.put("LITEWATCH_NETWORK", file.toString());
        environment.put("LITEWATCH_TOKENS", "[{name: east, role: agent, sha256: " + token.sha256() + "}]");
        environment.put("LITEWATCH_AGENTS", "[{name: east, probes: [http]}]");
        // A lab or a channel of somebody's environment has no business here.
        environment.put("LITEWATCH_SLACK_TOKEN", "");
        environment.put(
                "LITEWATCH_PARENT", Long.toString(ProcessHandle.current().pid()));
        return child("service", environment, "server", order.config().toString());
    }

    private Child agent(int port) throws IOException {
        Path config = home.resolve("agent.yml");
        Files.writeString(config, """
                control_plane: {url: "http://127.0.0.1:%d", token: "${AGENT_TOKEN}"}
                vantage: east
                buffer: {dir: buffer, max_size: 256MiB}
                egress: {private_ranges: ["127.0.0.0/8"]}
                journal: journal.ndjson
                """.formatted(port));
        return child("agent", Map.of("AGENT_TOKEN", token.token()), "agent", "--config", config.toString());
    }

    private Child child(String name, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(order.program());
        command.addAll(List.of(arguments));
        return Child.start(name, command, environment, home.resolve(name + ".log"));
    }

    /** Ids of what the agent had synced to its disk. */
    private Set<String> journal() throws IOException {
        Set<String> ids = new HashSet<>();
        Path file = home.resolve("journal.ndjson");
        String text = Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
        // The last line may be on its way.
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
            ids.add(view.id(line));
        }
        return ids;
    }

    private static int missing(Set<String> accepted, List<String> stored) {
        Set<String> missing = new HashSet<>(accepted);
        stored.forEach(missing::remove);
        return missing.size();
    }

    /** Whether {@code there} came true in time; throws when {@code child} died meanwhile. */
    private boolean await(String what, Child child, Callable<Boolean> there) throws Exception {
        long from = System.nanoTime();
        while (seconds(from) < PATIENCE.toSeconds()) {
            if (!child.isAlive()) {
                throw new IOException(child.obituary());
            }
            try {
                if (there.call()) {
                    return true;
                }
            } catch (IOException notYet) {
                // It starts, or is busy; the end of patience says so.
            }
            pause();
        }
        out.println("waited " + PATIENCE.toSeconds() + " s in vain for " + what);
        return false;
    }

    private static void pause() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(500);
    }

    private static double seconds(long from) {
        return (System.nanoTime() - from) / 1e9;
    }

    private static String said(double seconds) {
        return seconds < 0 ? "never" : String.format(Locale.ROOT, "%.1f s", seconds);
    }
}
