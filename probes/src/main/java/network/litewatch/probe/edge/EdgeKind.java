package network.litewatch.probe.edge;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Target;

/** The generic probes: what each is called, what its URLs look like and how its parameters are read. */
public enum EdgeKind {
    HTTP,
    TCP,
    TLS,
    DNS,
    WEBSOCKET;

    /** The target parameter that says which of them asks. */
    public static final String PARAMETER = "probe";

    /** The kind that configuration spells {@code name}. */
    public static Optional<EdgeKind> named(String name) {
        return Arrays.stream(values()).filter(kind -> kind.label().equals(name)).findFirst();
    }

    /** Lower-case name: the probe's id. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public ProbeId id() {
        return new ProbeId(label());
    }

    /** Schemes of the URLs that it can ask. */
    public Set<String> schemes() {
        return switch (this) {
            case HTTP -> Set.of("http", "https");
            case TCP -> Set.of("tcp");
            case TLS -> Set.of("tls");
            case DNS -> Set.of("dns");
            case WEBSOCKET -> Set.of("ws", "wss");
        };
    }

    /** Whether a bearer token of the target is sent. */
    public boolean takesToken() {
        return this == HTTP || this == WEBSOCKET;
    }

    /** What is wrong with {@code parameters}, by the name of the parameter. May read files that they name. */
    public Map<String, String> problems(Map<String, String> parameters) {
        Parameters read = new Parameters(parameters);
        var unused = switch (this) {
            case HTTP -> new HttpQuestion(read);
            case TCP -> new TcpQuestion(read);
            case TLS -> new TlsQuestion(read);
            case DNS -> new DnsQuestion(read);
            case WEBSOCKET -> WebSocketQuestion.of(read);
        };
        return read.problems();
    }

    /** Whether {@code target} is asked by this kind. */
    boolean asks(Target target) {
        return label().equals(target.parameters().get(PARAMETER));
    }
}
