package network.litewatch.probe.edge;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import network.litewatch.probe.Finding;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Probe;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.Cidr;
import network.litewatch.probe.http.EgressPolicy;

/** Targets of the generic probes, and how tests ask them. */
final class EdgeTargets {
    static final EgressPolicy LOOPBACK_ALLOWED = EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8")));
    static final Duration LONG = Duration.ofSeconds(20);

    private EdgeTargets() {}

    static Target target(EdgeKind kind, String url, String... parameters) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < parameters.length; i += 2) {
            all.put(parameters[i], parameters[i + 1]);
        }
        all.put(EdgeKind.PARAMETER, kind.label());
        return new Target(
                new TargetId("edge"),
                TargetKind.ENDPOINT,
                new NetworkId("lab"),
                SecretUrl.parse(url, kind.schemes()),
                Optional.of(new Secret("t0ken")),
                Map.of(),
                all);
    }

    static Finding run(Probe probe, Target target, Duration timeout) throws Exception {
        return probe.run(target, timeout).get(timeout.toMillis() + 10_000, TimeUnit.MILLISECONDS);
    }

    /** The authority of {@link Certified}, as a file for {@code ca_file}. */
    static String caFile(Path folder) throws Exception {
        return Files.writeString(folder.resolve("ca.pem"), Certified.AUTHORITY.certificatePem())
                .toString();
    }
}
