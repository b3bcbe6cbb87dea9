package network.litewatch.controlplane.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Phase;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.junit.jupiter.api.Test;

class EdgeMetricsTest {
    private static final String SITE = "{probe=\"http\",target=\"site\",kind=\"endpoint\",network=\"lab\",";
    private static final Instant SLOT = Instant.parse("2026-11-21T08:00:00Z");

    private final EdgeMetrics metrics = new EdgeMetrics((network, probe) -> true);

    @Test
    void theLastRunStandsUnderTheNamesOfBlackboxExporter() throws IOException {
        metrics.observed(run(
                "http",
                "site",
                TargetKind.ENDPOINT,
                Outcome.failed(Reason.HTTP_STATUS, "HTTP 502"),
                Map.of(Phase.RESOLVE, Duration.ofMillis(2), Phase.TLS, Duration.ofMillis(30)),
                Map.of(
                        Measurement.HTTP_STATUS_CODE,
                        502.0,
                        Measurement.TLS_EXPIRY,
                        86_399.4,
                        Measurement.TLS_VERSION,
                        1.3)));

        assertThat(scraped())
                .contains("probe_http_status_code" + SITE + "} 502.0")
                // The run ended half a second after its slot.
                .contains("probe_ssl_earliest_cert_expiry" + SITE + "} "
                        + (double) SLOT.plusSeconds(86_400).getEpochSecond())
                .contains("probe_tls_version_info" + SITE + "version=\"TLS 1.3\",} 1.0")
                .contains("probe_failure_info" + SITE + "reason=\"http_status\",} 1.0")
                .contains("probe_http_duration_seconds" + SITE + "phase=\"tls\",} 0.03")
                .contains("probe_dns_lookup_time_seconds" + SITE + "} 0.002")
                .doesNotContain("probe_http_content_length", "probe_dns_answer_rrs");
    }

    @Test
    void whatTheNewestRunDidNotShowIsGone() throws IOException {
        metrics.observed(run(
                "http",
                "site",
                TargetKind.ENDPOINT,
                Outcome.ok(),
                Map.of(),
                Map.of(Measurement.HTTP_STATUS_CODE, 200.0)));
        metrics.observed(
                run("http", "site", TargetKind.ENDPOINT, Outcome.failed(Reason.TIMEOUT, ""), Map.of(), Map.of()));

        assertThat(scraped()).doesNotContain("probe_http_status_code").contains("reason=\"timeout\"");
    }

    @Test
    void aRunThatWasNotMadeChangesNothing() throws IOException {
        metrics.observed(run(
                "http",
                "site",
                TargetKind.ENDPOINT,
                Outcome.ok(),
                Map.of(),
                Map.of(Measurement.HTTP_STATUS_CODE, 200.0)));
        metrics.observed(
                run("http", "site", TargetKind.ENDPOINT, Outcome.notRun(Reason.STILL_RUNNING, ""), Map.of(), Map.of()));

        assertThat(scraped()).contains("probe_http_status_code").doesNotContain("probe_failure_info");
    }

    @Test
    void aNameServerHasItsOwnNames() throws IOException {
        metrics.observed(run(
                "dns",
                "ns",
                TargetKind.ENDPOINT,
                Outcome.ok(),
                Map.of(Phase.PROCESSING, Duration.ofMillis(5)),
                Map.of(Measurement.DNS_ANSWERS, 2.0)));

        String ns = SITE.replace("\"http\"", "\"dns\"").replace("\"site\"", "\"ns\"");
        assertThat(scraped())
                .contains("probe_dns_answer_rrs" + ns + "} 2.0")
                .contains("probe_dns_duration_seconds" + ns + "phase=\"request\",} 0.005");
    }

    @Test
    void otherKindsOfTargetHaveTheirOwnMetrics() throws IOException {
        metrics.observed(
                run("rpc.head", "rpc", TargetKind.RPC, Outcome.failed(Reason.TIMEOUT, ""), Map.of(), Map.of()));

        assertThat(scraped()).isEmpty();
    }

    private String scraped() throws IOException {
        CollectorRegistry registry = new CollectorRegistry();
        metrics.register(registry);
        StringWriter text = new StringWriter();
        TextFormat.write004(text, registry.metricFamilySamples());
        return text.toString();
    }

    private static Observation run(
            String probe,
            String target,
            TargetKind kind,
            Outcome outcome,
            Map<Phase, Duration> phases,
            Map<Measurement, Double> measurements) {
        return new Observation(
                new ProbeId(probe),
                new TargetId(target),
                kind,
                new NetworkId("lab"),
                new Vantage("here"),
                Map.of(),
                SLOT,
                SLOT,
                Duration.ofMillis(600),
                new Finding(outcome, phases, measurements, Map.of()));
    }
}
