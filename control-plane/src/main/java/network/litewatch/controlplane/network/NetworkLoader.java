package network.litewatch.controlplane.network;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
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
import network.litewatch.probe.chain.AbiVersion;
import network.litewatch.probe.chain.ChainEvents;
import org.jspecify.annotations.Nullable;

/** Reads network profiles. All problems of a file are reported at once; a file with any problem gives no network. */
public final class NetworkLoader {
    /** Keys of contracts that name no contract. */
    private static final String ABI = "abi";

    private static final String START_BLOCK = "start_block";

    private final Placeholders placeholders;
    private final Set<ProbeId> probes;

    /** A network, or what is wrong with its file; never both. */
    public record Loaded(Optional<Network> network, List<Problem> problems) {}

    /** For files whose {@code probes} may name {@code probes} and nothing else. */
    public NetworkLoader(Placeholders placeholders, Set<ProbeId> probes) {
        this.placeholders = placeholders;
        this.probes = Set.copyOf(probes);
    }

    /** Reads one profile. */
    public Loaded load(Path file) {
        YamlDocument.Parsed parsed = YamlDocument.read(file);
        Network network = parsed.root() == null ? null : network(parsed.root());
        List<Problem> problems = parsed.document().problems();
        return new Loaded(problems.isEmpty() ? Optional.ofNullable(network) : Optional.empty(), problems);
    }

    private @Nullable Network network(Field root) {
        root.allowOnly("id", "title", "chain", "contracts", "enums", "egress", "rpcs", "routers", "miners", "probes");
        NetworkId id = required(root, "id", "the network's name, as lab or mainnet-lite", NetworkId::new);
        Field chain = root.require("chain", "id and block_time of the chain");
        Long chainId = null;
        Duration blockTime = null;
        if (chain != null) {
            chain.allowOnly("id", "block_time");
            chainId = required(chain, "id", "the EIP-155 chain id", NetworkLoader::positive);
            blockTime = required(chain, "block_time", "nominal time between blocks, as 250ms", Durations::parse);
        }
        NetworkId owner = id == null ? new NetworkId("unknown") : id;
        List<Target> targets = new ArrayList<>();
        addRpcs(root, owner, chainId, targets);
        Map<String, Target> routers = addRouters(root, owner, targets);
        addMiners(root, owner, routers, targets);
        Field contracts = root.get("contracts");
        Map<String, String> addresses = addresses(contracts);
        Network.Indexing indexing = indexing(contracts);
        addChain(id, addresses, targets);
        unique(root, targets);
        Map<ProbeId, Network.Pace> pace = pace(root);
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
                indexing);
    }

    private void addRpcs(Field root, NetworkId network, @Nullable Long chainId, List<Target> targets) {
        for (Field item : items(root, "rpcs")) {
            item.allowOnly("id", "url", "labels");
            Map<String, String> parameters = chainId == null ? Map.of() : Map.of("chain_id", chainId.toString());
            Target target = target(item, TargetKind.RPC, network, parameters);
            if (target != null) {
                targets.add(target);
            }
        }
    }

    private Map<String, Target> addRouters(Field root, NetworkId network, List<Target> targets) {
        Map<String, Target> routers = new HashMap<>();
        for (Field item : items(root, "routers")) {
            item.allowOnly("id", "url", "token", "labels");
            Target target = target(item, TargetKind.ROUTER, network, Map.of());
            if (target != null) {
                targets.add(target);
                routers.put(target.id().value(), target);
            }
        }
        return routers;
    }

    private void addMiners(Field root, NetworkId network, Map<String, Target> routers, List<Target> targets) {
        for (Field item : items(root, "miners")) {
            item.allowOnly("id", "router", "session", "labels", "parameters");
            TargetId id = required(item, "id", "a name for the miner", TargetId::new);
            String router = required(item, "router", "the id of a router above", text -> text);
            String session = required(item, "session", "the session through which it is reached", text -> text);
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
            Map<String, String> parameters = new LinkedHashMap<>(texts(item.get("parameters")));
            parameters.put("session", session);
            parameters.put("router", router);
            targets.add(new Target(
                    id,
                    TargetKind.MINER,
                    network,
                    through.url(),
                    through.token(),
                    texts(item.get("labels")),
                    parameters));
        }
    }

    private @Nullable Target target(Field item, TargetKind kind, NetworkId network, Map<String, String> parameters) {
        TargetId id = required(item, "id", "a name for the " + kind.label(), TargetId::new);
        SecretUrl url = required(item, "url", "where it is reached, http:// or https://", SecretUrl::parse);
        Field token = item.get("token");
        String secret = token == null ? null : token.as(placeholders::expand);
        if (id == null || url == null) {
            return null;
        }
        Optional<Secret> credential =
                secret == null || secret.isEmpty() ? Optional.empty() : Optional.of(new Secret(secret));
        return new Target(id, kind, network, url, credential, texts(item.get("labels")), parameters);
    }

    /** The chain is a target like any other, asked where its first RPC is; without a contract there is nothing to read. */
    private static void addChain(@Nullable NetworkId network, Map<String, String> addresses, List<Target> targets) {
        Optional<Target> rpc =
                targets.stream().filter(t -> t.kind() == TargetKind.RPC).findFirst();
        boolean known = addresses.keySet().stream().anyMatch(AbiVersion.knownContracts()::contains);
        if (network != null && known && rpc.isPresent()) {
            targets.add(new Target(
                    new TargetId(network.value() + "-chain"),
                    TargetKind.CHAIN,
                    network,
                    rpc.get().url(),
                    Optional.empty(),
                    Map.of(),
                    Map.of()));
        }
    }

    /** By name; a contract without an address, as an optional setting that is not set, is left out. */
    private Map<String, String> addresses(@Nullable Field contracts) {
        Map<String, String> addresses = new LinkedHashMap<>();
        if (contracts != null) {
            contracts.fields().forEach((name, value) -> {
                String text = name.equals(ABI) || name.equals(START_BLOCK) ? null : value.as(placeholders::expand);
                if (text != null && ChainEvents.isAddress(text)) {
                    addresses.put(name, text);
                } else if (text != null && !text.isEmpty()) {
                    value.problem("is no address: 0x and 40 hex digits");
                }
            });
        }
        return addresses;
    }

    private Network.Indexing indexing(@Nullable Field contracts) {
        Field abi = contracts == null ? null : contracts.get(ABI);
        Field start = contracts == null ? null : contracts.get(START_BLOCK);
        AbiVersion version = abi == null ? null : abi.as(text -> version(placeholders.expand(text)));
        Long first = start == null ? null : start.as(text -> natural(placeholders.expand(text)));
        return new Network.Indexing(
                version == null ? AbiVersion.newest() : version,
                first == null ? OptionalLong.empty() : OptionalLong.of(first));
    }

    private static AbiVersion version(String name) {
        return AbiVersion.named(name)
                .orElseThrow(() ->
                        new IllegalArgumentException("is no version of the events; versions: " + AbiVersion.names()));
    }

    private static Long natural(String text) {
        if (text.matches("[0-9]{1,15}")) {
            return Long.parseLong(text);
        }
        throw new IllegalArgumentException("must be a block number: \"" + text + "\"");
    }

    private static void unique(Field root, List<Target> targets) {
        Set<TargetId> seen = new TreeSet<>((a, b) -> a.value().compareTo(b.value()));
        for (Target target : targets) {
            if (!seen.add(target.id())) {
                root.problem("two targets have the id \"" + target.id() + "\"; ids must be unique");
            }
        }
    }

    private Map<ProbeId, Network.Pace> pace(Field root) {
        Map<ProbeId, Network.Pace> pace = new LinkedHashMap<>();
        Field section =
                root.require("probes", "interval and timeout by probe, as rpc.head: {interval: 5s, timeout: 3s}");
        if (section == null) {
            return pace;
        }
        section.fields().forEach((name, field) -> {
            field.allowOnly("interval", "timeout");
            if (probes.stream().noneMatch(p -> p.value().equals(name))) {
                field.problem("is not a probe; probes: "
                        + new TreeSet<>(probes.stream().map(ProbeId::value).toList()));
                return;
            }
            Duration interval = required(field, "interval", "time from slot to slot, as 5s", Durations::parse);
            Duration timeout = required(field, "timeout", "total deadline of one run, as 3s", Durations::parse);
            if (interval == null || timeout == null) {
                return;
            }
            if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
                field.problem("interval must be at least 1s");
            } else if (timeout.isZero() || timeout.compareTo(interval) > 0) {
                field.problem("timeout must be positive and not longer than the interval");
            } else {
                pace.put(new ProbeId(name), new Network.Pace(interval, timeout));
            }
        });
        return pace;
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

    private Map<String, String> texts(@Nullable Field field) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (field != null) {
            field.fields().forEach((key, value) -> {
                String text = value.as(placeholders::expand);
                if (text != null) {
                    texts.put(key, text);
                }
            });
        }
        return texts;
    }

    private static List<Field> items(Field parent, String key) {
        Field field = parent.get(key);
        return field == null ? List.of() : field.items();
    }

    private <T> @Nullable T required(
            Field parent, String key, String hint, java.util.function.Function<String, T> parser) {
        Field field = parent.require(key, hint);
        return field == null ? null : field.as(text -> parser.apply(placeholders.expand(text)));
    }

    private static Long positive(String text) {
        try {
            long value = Long.parseLong(text);
            if (value > 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, as for zero and negative numbers.
        }
        throw new IllegalArgumentException("must be a positive whole number: \"" + text + "\"");
    }
}
