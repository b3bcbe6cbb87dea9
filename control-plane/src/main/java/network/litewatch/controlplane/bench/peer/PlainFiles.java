package network.litewatch.controlplane.bench.peer;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One GET for each URL, and nobody is told.
 *
 * @param interval from probe to probe, whole seconds; a probe may take as long
 * @param authority the certificate that vouches for the servers; empty trusts what the machine trusts
 */
public record PlainFiles(List<String> urls, Duration interval, Optional<Path> authority) implements PeerFiles {
    @Override
    public String blackbox() {
        String tls =
                authority.map(file -> ", tls_config: {ca_file: " + file + "}").orElse("");
        return """
                modules:
                  http: {prober: http, timeout: %ds, http: {preferred_ip_protocol: ip4%s}}
                """.formatted(interval.toSeconds(), tls);
    }

    @Override
    public String prometheus(Ports ports) {
        StringBuilder targets = new StringBuilder();
        urls.forEach(url -> targets.append("      - ").append(url).append('\n'));
        return """
                global: {scrape_interval: %1$ds, scrape_timeout: %1$ds}
                scrape_configs:
                  - job_name: bench
                    metrics_path: /probe
                    params: {module: [http]}
                    static_configs:
                    - targets:
                %2$s
                    relabel_configs:
                      - {source_labels: [__address__], target_label: __param_target}
                      - {source_labels: [__param_target], target_label: instance}
                      - {target_label: __address__, replacement: "127.0.0.1:%3$d"}
                """.formatted(interval.toSeconds(), targets, ports.blackbox());
    }
}
