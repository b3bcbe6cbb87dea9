package network.litewatch.controlplane.slo;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.TargetId;

/**
 * What has a budget of its own.
 *
 * @param target empty where the network has one budget
 */
public record SloSeries(Slo slo, NetworkId network, Optional<TargetId> target) {
    private static final int MOST = 128;
    private static final int HASH = 9;

    /** The target that it is a target itself as, when it is asked how it stands: {@code slo.network} or {@code slo.target}. */
    public TargetId id() {
        String whole = slo.name() + "." + about();
        if (whole.length() <= MOST) {
            return new TargetId(whole);
        }
        CRC32 crc = new CRC32();
        crc.update(whole.getBytes(StandardCharsets.UTF_8));
        return new TargetId(whole.substring(0, MOST - HASH) + String.format("-%08x", crc.getValue()));
    }

    /** The network or the target, by its name. */
    public String about() {
        return target.map(TargetId::value).orElse(network.value());
    }
}
