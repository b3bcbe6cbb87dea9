package network.litewatch.controlplane.agent;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Vantage;

/**
 * The configuration of an agent.
 *
 * @param url of the control plane's API; https, or http to loopback
 * @param caFile PEM of authorities that may sign its certificate, beside those of the JVM
 * @param bufferFolder where observations wait; of this agent alone
 * @param bufferBytes most bytes of observations that wait
 * @param witnesses what must be reachable, any of them, for a failure to be a target's
 * @param privateRanges blocks of private addresses that may be asked, as far as the plan allows them too
 * @param journal file that gets a line for each observation once it is on the disk
 */
public record AgentConfig(
        SecretUrl url,
        Secret token,
        Optional<Path> caFile,
        Vantage vantage,
        Path bufferFolder,
        long bufferBytes,
        List<String> witnesses,
        List<String> privateRanges,
        Optional<Path> journal) {
    public AgentConfig {
        witnesses = List.copyOf(witnesses);
        privateRanges = List.copyOf(privateRanges);
    }
}
