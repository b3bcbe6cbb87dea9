package network.litewatch.controlplane.bench.paging;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import network.litewatch.controlplane.bench.peer.PeerFiles;

/**
 * Prometheus, blackbox_exporter and Alertmanager on the lab's RPCs and router, at the tightest settings that are sensible: scrapes and
 * evaluations every {@value #SECONDS} s, nothing held back before it is sent. A probe asks what ours asks first, and gives up when ours does.
 *
 * @param slackApi the Web API's URL, with a slash at the end
 */
record LabPeerFiles(List<Probed> probed, String slackApi, String slackToken, String routerToken) implements PeerFiles {
    /** From scrape to scrape, from evaluation to evaluation, and between messages of a group. */
    static final int SECONDS = 5;

    /** With the scrape that failed first, three in a row: what most of our rules ask for. */
    private static final String TWO_MORE_SCRAPES = "10s";

    /**
     * Something that is probed.
     *
     * @param target what it is called
     * @param module {@code rpc} or {@code router}
     */
    record Probed(String target, String module, String url) {}

    /** The targets of the lab by the variables that name them. */
    static LabPeerFiles of(PagingOrder order) {
        return new LabPeerFiles(
                List.of(
                        new Probed("lab-rpc-a", "rpc", order.variable("LAB_RPC_A_URL")),
                        new Probed("lab-rpc-b", "rpc", order.variable("LAB_RPC_B_URL")),
                        new Probed("lab-router", "router", order.variable("LAB_ROUTER_URL") + "/api/v1/status")),
                order.variable("LITEWATCH_SLACK_API_URL"),
                order.variable("LITEWATCH_SLACK_TOKEN"),
                order.variable("LAB_ROUTER_TOKEN"));
    }

    /** Two calls in one request: whether it is the lab's chain, and whether it has a head. */
    @Override
    public String blackbox() {
        return """
                modules:
                  rpc:
                    prober: http
                    timeout: 2s
                    http:
                      preferred_ip_protocol: ip4
                      method: POST
                      headers: {Content-Type: application/json}
                      body: '[{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]},{"jsonrpc":"2.0","id":2,"method":"eth_blockNumber","params":[]}]'
                      fail_if_body_not_matches_regexp: ['"result":"0x7a69"']
                      fail_if_body_matches_regexp: ['"error"']
                  router:
                    prober: http
                    timeout: 3s
                    http:
                      preferred_ip_protocol: ip4
                      headers: {Authorization: "Bearer %s"}
                """.formatted(routerToken);
    }

    @Override
    public String prometheus(Ports ports) {
        return """
                global: {scrape_interval: %1$ds, scrape_timeout: %1$ds, evaluation_interval: %1$ds}
                rule_files: [rules.yml]
                alerting: {alertmanagers: [{static_configs: [{targets: ["127.0.0.1:%2$d"]}]}]}
                scrape_configs:
                  - job_name: lab
                    metrics_path: /probe
                    static_configs:
                %3$s
                    relabel_configs:
                      - {source_labels: [__address__], target_label: __param_target}
                      - {target_label: __address__, replacement: "127.0.0.1:%4$d"}
                """.formatted(
                        SECONDS,
                        ports.alertmanager(),
                        probed.stream()
                                .map(one -> "      - {targets: [\"%s\"], labels: {instance: %s, __param_module: %s}}"
                                        .formatted(one.url(), one.target(), one.module()))
                                .collect(Collectors.joining("\n")),
                        ports.blackbox());
    }

    @Override
    public Optional<Alerting> alerting() {
        return Optional.of(new Alerting(rules(), alertmanager()));
    }

    private static String rules() {
        return """
                groups:
                  - name: lab
                    rules:
                      - {alert: ProbeFailed, expr: probe_success == 0, for: 0s}
                      - {alert: ProbeFailing, expr: probe_success == 0, for: %s}
                """.formatted(TWO_MORE_SCRAPES);
    }

    private String alertmanager() {
        return """
                global:
                  http_config: {authorization: {credentials: %1$s}}
                  slack_api_url: %2$schat.postMessage
                route:
                  receiver: once
                  group_by: [alertname, instance]
                  group_wait: 0s
                  group_interval: %3$ds
                  routes:
                    - {matchers: ['alertname = "ProbeFailing"'], receiver: thrice}
                receivers:
                %4$s
                %5$s
                """.formatted(
                        slackToken, slackApi, SECONDS, receiver("once", Side.ONCE), receiver("thrice", Side.THRICE));
    }

    private static String receiver(String name, Side side) {
        return "  - {name: %s, slack_configs: [{channel: '#%s', send_resolved: true, title: '{{ .Status }} {{ .GroupLabels.instance }}'}]}"
                .formatted(name, side.channel());
    }
}
