package network.litewatch.controlplane.network;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.router.RouterSessionsProbe;
import network.litewatch.probe.rpc.CanaryAccount;
import network.litewatch.probe.rpc.RpcConsistencyProbe;
import network.litewatch.probe.rpc.StakeProbe;
import network.litewatch.probe.rpc.WalletTransactionsProbe;
import org.jspecify.annotations.Nullable;

/** Reads network profiles. All problems of a file are reported at once; a file with any problem gives no network. */
public final class NetworkLoader {
    private static final String BUSY = "busy";
    private static final String[] SECTIONS = {
        "id",
        "title",
        "chain",
        "contracts",
        "enums",
        "rules",
        "egress",
        "rpcs",
        "feeds",
        "parents",
        "retryables",
        "wallets",
        "canaries",
        "miner_canaries",
        "routers",
        "miners",
        "node_score",
        "staking",
        "indexers",
        "endpoints",
        "probes"
    };

    private final Placeholders placeholders;
    private final Entries entries;
    private final Set<ProbeId> probes;

    /**
     * A network, or what is wrong with its file; never both.
     *
     * @param rules what the file changes of rules, which whoever knows those reads; its problems are those of its document
     */
    public record Loaded(Optional<Network> network, Optional<Rules> rules, List<Problem> problems) {}

    /** The section {@code rules} of a network's file. */
    public record Rules(NetworkId network, YamlDocument document, Field section) {}

    /** For files whose {@code probes} may name {@code probes} and nothing else. */
    public NetworkLoader(Placeholders placeholders, Set<ProbeId> probes) {
        this.placeholders = placeholders;
        this.entries = new Entries(placeholders);
        this.probes = Set.copyOf(probes);
    }

    /** Reads one profile. */
    public Loaded load(Path file) {
        YamlDocument.Parsed parsed = YamlDocument.read(file);
        List<Problem> elsewhere = new ArrayList<>();
        Network network = parsed.root() == null ? null : network(parsed.root(), folder(file), elsewhere);
        List<Problem> problems = new ArrayList<>(parsed.document().problems());
        problems.addAll(elsewhere);
        if (network == null || !problems.isEmpty()) {
            return new Loaded(Optional.empty(), Optional.empty(), problems);
        }
        Optional<Rules> rules = Optional.ofNullable(parsed.root())
                .map(root -> root.get("rules"))
                .map(section -> new Rules(network.id(), parsed.document(), section));
        return new Loaded(Optional.of(network), rules, problems);
    }

    private @Nullable Network network(Field root, Path folder, List<Problem> elsewhere) {
        root.allowOnly(SECTIONS);
        NetworkId id = entries.required(root, "id", "the network's name, as lab or mainnet-lite", NetworkId::new);
        Field chain = root.require("chain", "id and block_time of the chain");
        Long chainId = null;
        Duration blockTime = null;
        String cadence = BUSY;
        if (chain != null) {
            chain.allowOnly("id", "block_time", "cadence", "pinned");
            cadence = cadence(chain);
            chainId = entries.required(chain, "id", "the EIP-155 chain id", Literals::positive);
            blockTime =
                    entries.required(chain, "block_time", "nominal time between blocks, as 250ms", Durations::parse);
        }
        NetworkId owner = id == null ? new NetworkId("unknown") : id;
        Map<ProbeId, Network.Pace> pace = new PaceReader(placeholders, probes).read(root);
        List<Target> targets = new ArrayList<>();
        addRpcs(root, owner, chain(chain, chainId, blockTime, pace), cadence, targets);
        Field contracts = root.get("contracts");
        ContractsReader reader = new ContractsReader(placeholders);
        Map<String, String> addresses = reader.addresses(contracts);
        addBesideRpcs(root, owner, addresses, pace.keySet(), targets);
        Map<TargetId, CanaryAccount> canaries =
                new CanaryReader(placeholders, owner, folder).read(root, chainId, pace.keySet(), targets);
        Map<String, Target> routers = addRouters(root, owner, addresses, targets);
        addMiners(root, owner, routers, new NodeScoreReader(placeholders).read(root, addresses), targets);
        new IndexerReader(placeholders, owner).addIndexers(root, addresses, pace.keySet(), targets);
        EndpointReader endpoints = new EndpointReader(placeholders, owner, folder);
        for (Field item : items(root, "endpoints")) {
            endpoints.read(item, pace.keySet()).ifPresent(targets::add);
        }
        MinerCanariesReader canaryReader = new MinerCanariesReader(placeholders, folder);
        MinerCanaries minerCanaries = canaryReader.read(root);
        elsewhere.addAll(canaryReader.problems());
        Network.Indexing indexing = reader.indexing(contracts);
        ContractsReader.addChain(id, addresses, targets);
        unique(root, targets);
        if (id == null || chainId == null || blockTime == null) {
            return null;
        }
        Field title = root.get("title");
        String text = title == null ? null : title.text();
        return new Network(
                id,
                text == null ? id.value() : text,
                chainId,
                blockTime,
                addresses,
                enums(root.get("enums")),
                ranges(root.get("egress")),
                targets,
                pace,
                indexing,
                canaries,
                minerCanaries);
    }

    /** Whether blocks come all the time, or only when there is work, as on an Orbit L3 without traffic. */
    private static String cadence(Field chain) {
        Field field = chain.get("cadence");
        String text = field == null ? null : field.text();
        if (field != null && text != null && !text.equals(BUSY) && !text.equals("quiet")) {
            field.problem(
                    "must be busy (blocks come all the time) or quiet (only when there is work): \"" + text + "\"");
        }
        return text == null ? BUSY : text;
    }

    /** What the probes of every RPC of the network need to know of its chain. */
    private Map<String, String> chain(
            @Nullable Field chain,
            @Nullable Long chainId,
            @Nullable Duration blockTime,
            Map<ProbeId, Network.Pace> pace) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (chainId != null) {
            parameters.put("chain_id", chainId.toString());
        }
        Network.Pace consistency = pace.get(RpcConsistencyProbe.ID);
        if (consistency != null && blockTime != null) {
            // So many blocks that every RPC, whenever it is asked within an interval, is asked for the same anchors.
            long blocks = Math.max(1, consistency.interval().toMillis() / Math.max(1, blockTime.toMillis()));
            parameters.put("anchor_step", Long.toString(Long.highestOneBit(blocks) * 2));
        }
        Network.Pace transactions = pace.get(WalletTransactionsProbe.ID);
        if (transactions != null && blockTime != null) {
            // One and a half intervals: a run that comes late misses nothing, and what is seen twice counts once.
            long blocks = transactions.interval().toMillis() * 3 / 2 / Math.max(1, blockTime.toMillis());
            parameters.put(WalletTransactionsProbe.WINDOW, Long.toString(Math.max(1, Math.min(999_999, blocks))));
        }
        Field pinned = chain == null ? null : chain.get("pinned");
        if (pinned != null) {
            pinned.allowOnly("number", "hash");
            Long number = entries.required(pinned, "number", "number of a block that never changes", Literals::whole);
            String hash = entries.required(pinned, "hash", "its hash, 0x and 64 hex digits", Literals::hash);
            if (number != null && hash != null) {
                parameters.put("pinned_number", number.toString());
                parameters.put("pinned_hash", hash);
            }
        }
        return parameters;
    }

    private void addRpcs(
            Field root, NetworkId network, Map<String, String> chain, String cadence, List<Target> targets) {
        RpcReader reader = new RpcReader(placeholders, probes);
        for (Field item : items(root, "rpcs")) {
            Map<String, String> parameters = reader.parameters(item, chain);
            Target target = target(item, TargetKind.RPC, network, parameters);
            if (target != null) {
                target = FeedReader.withSocket(target, item, placeholders);
                targets.add(cadence.equals(BUSY) ? target : target.withLabel("cadence", cadence));
            }
        }
    }

    /** What is asked through an RPC, or compared with one. */
    private void addBesideRpcs(
            Field root, NetworkId network, Map<String, String> contracts, Set<ProbeId> paced, List<Target> targets) {
        new WalletReader(placeholders, network).addWallets(root, contracts, targets);
        new FeedReader(placeholders, network).addFeeds(root, paced, targets);
        new ParentReader(placeholders, network).addParents(root, paced, targets);
        new RetryableReader(placeholders, network).addRetryables(root, paced, targets);
    }

    /** The target that {@code item} names under {@code key}; null, and a problem, when there is none. */
    private @Nullable Target through(Field item, String key, String what, Map<String, Target> known) {
        Field field = item.get(key);
        String name = field == null ? null : field.as(placeholders::expand);
        Target target = name == null ? null : known.get(name);
        if (field != null && name != null && target == null) {
            field.problem("\"" + name + "\" is no " + what + " of this network: " + new TreeSet<>(known.keySet()));
        }
        return target;
    }

    private Map<String, Target> addRouters(
            Field root, NetworkId network, Map<String, String> contracts, List<Target> targets) {
        Map<String, Target> routers = new HashMap<>();
        Map<String, Target> rpcs = new HashMap<>();
        targets.stream()
                .filter(target -> target.kind() == TargetKind.RPC)
                .forEach(rpc -> rpcs.put(rpc.id().value(), rpc));
        // An RPC or a contract that is written but cannot be read has its own problem; one more would hide which.
        boolean allRead = rpcs.size() == items(root, "rpcs").size();
        String contract = contracts.get("SessionV2");
        for (Field item : items(root, "routers")) {
            item.allowOnly("id", "url", "token", "labels", "parameters", "rpc");
            Map<String, String> parameters = entries.texts(item.get("parameters"));
            Target rpc = allRead ? through(item, "rpc", "RPC", rpcs) : null;
            if (contract != null) {
                parameters.put(RouterSessionsProbe.CONTRACT, contract);
            } else if (rpc != null && !written(root, "contracts", "SessionV2")) {
                item.problem("rpc needs contracts.SessionV2, whose sessions are compared with the router's");
            }
            Target target = target(item, TargetKind.ROUTER, network, parameters);
            if (target != null && rpc != null) {
                target = target.withWitness(rpc).withLabel("rpc", rpc.id().value());
            }
            if (target != null) {
                targets.add(target);
                routers.put(target.id().value(), target);
            }
        }
        return routers;
    }

    private static boolean written(Field root, String section, String key) {
        Field field = root.get(section);
        return field != null && field.fields().containsKey(key);
    }

    private void addMiners(
            Field root,
            NetworkId network,
            Map<String, Target> routers,
            Map<String, String> onChain,
            List<Target> targets) {
        Optional<Target> staking = new StakingReader(placeholders, network).read(root);
        for (Field item : items(root, "miners")) {
            item.allowOnly("id", "router", "session", "address", "staker", "identity_since", "labels", "parameters");
            TargetId id = entries.required(item, "id", "a name for the miner", TargetId::new);
            String router = entries.required(item, "router", "the id of a router above", text -> text);
            String session = entries.required(item, "session", "the session through which it is reached", text -> text);
            if (id == null || router == null || session == null) {
                continue;
            }
            Target through = routers.get(router);
            if (through == null) {
                Objects.requireNonNull(item.get("router"))
                        .problem("\"" + router + "\" is no router of this network; routers: "
                                + new TreeSet<>(routers.keySet()));
                continue;
            }
            Map<String, String> parameters = new LinkedHashMap<>(entries.texts(item.get("parameters")));
            parameters.putAll(onChain);
            parameters.put("session", session);
            parameters.put("router", router);
            Optional<String> address = address(item, "address");
            Entries.put(parameters, "address", address.orElse(null));
            Entries.put(
                    parameters,
                    StakeProbe.STAKER,
                    address(item, "staker").or(() -> address).orElse(null));
            Map<String, String> labels = entries.texts(item.get("labels"));
            // The way to it, which has to be healthy before the miner is blamed.
            labels.put("router", router);
            Instant since = entries.optional(item, "identity_since", Literals::instant);
            Entries.put(labels, "identity_since", since);
            through.witness().ifPresent(rpc -> labels.put("rpc", rpc.id().value()));
            targets.add(new Target(
                    id, TargetKind.MINER, network, through.url(), through.token(), labels, parameters, staking));
        }
    }

    /** Empty also for a setting that is not set. */
    private Optional<String> address(Field item, String key) {
        return Optional.ofNullable(entries.optional(item, key, text -> text.isEmpty() ? text : Literals.address(text)))
                .filter(text -> !text.isEmpty());
    }

    private @Nullable Target target(Field item, TargetKind kind, NetworkId network, Map<String, String> parameters) {
        TargetId id = entries.required(item, "id", "a name for the " + kind.label(), TargetId::new);
        SecretUrl url = entries.required(item, "url", "where it is reached, http:// or https://", SecretUrl::parse);
        Field token = item.get("token");
        String secret = token == null ? null : token.as(placeholders::expand);
        if (id == null || url == null) {
            return null;
        }
        Optional<Secret> credential =
                secret == null || secret.isEmpty() ? Optional.empty() : Optional.of(new Secret(secret));
        return new Target(id, kind, network, url, credential, entries.texts(item.get("labels")), parameters);
    }

    private static void unique(Field root, List<Target> targets) {
        Set<TargetId> seen = new TreeSet<>((a, b) -> a.value().compareTo(b.value()));
        for (Target target : targets) {
            if (!seen.add(target.id())) {
                root.problem("two targets have the id \"" + target.id() + "\"; ids must be unique");
            }
        }
    }

    private Map<String, Map<String, String>> enums(@Nullable Field field) {
        Map<String, Map<String, String>> enums = new LinkedHashMap<>();
        if (field != null) {
            field.fields().forEach((name, values) -> enums.put(name, values.texts()));
        }
        return enums;
    }

    private List<String> ranges(@Nullable Field egress) {
        List<String> ranges = new ArrayList<>();
        if (egress == null) {
            return ranges;
        }
        egress.allowOnly("private_ranges");
        for (Field item : items(egress, "private_ranges")) {
            String text = item.text();
            if (text != null && text.matches("[0-9a-fA-F.:]+/\\d{1,3}")) {
                ranges.add(text);
            } else if (text != null) {
                item.problem("must be a CIDR range, as 10.0.0.0/8");
            }
        }
        return ranges;
    }

    private static Path folder(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? Path.of("/") : parent;
    }

    private static List<Field> items(Field parent, String key) {
        Field field = parent.get(key);
        return field == null ? List.of() : field.items();
    }
}
