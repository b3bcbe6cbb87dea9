package network.litewatch.controlplane.bench.paging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.util.List;
import network.litewatch.controlplane.bench.peer.PeerFiles;
import network.litewatch.controlplane.bench.peer.PeerFiles.Ports;
import org.junit.jupiter.api.Test;

class LabPeerFilesTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final LabPeerFiles FILES = new LabPeerFiles(
            List.of(
                    new LabPeerFiles.Probed("lab-rpc-b", "rpc", "http://127.0.0.1:18546"),
                    new LabPeerFiles.Probed("lab-router", "router", "http://127.0.0.1:15010/api/v1/status")),
            "http://127.0.0.1:18950/api/",
            "xoxb-lab",
            "lab-router-token");

    @Test
    void everyTargetIsScrapedAndJudgedEveryFiveSeconds() throws JsonProcessingException {
        JsonNode prometheus = YAML.readTree(FILES.prometheus(new Ports(9115, 9093)));

        assertThat(prometheus.at("/global/scrape_interval").asText()).isEqualTo("5s");
        assertThat(prometheus.at("/global/evaluation_interval").asText()).isEqualTo("5s");
        assertThat(prometheus.at("/scrape_configs/0/static_configs").findValuesAsText("instance"))
                .containsExactly("lab-rpc-b", "lab-router");
        assertThat(prometheus.at("/scrape_configs/0/static_configs/1/targets/0").asText())
                .isEqualTo("http://127.0.0.1:15010/api/v1/status");
        assertThat(prometheus
                        .at("/scrape_configs/0/relabel_configs/1/replacement")
                        .asText())
                .isEqualTo("127.0.0.1:9115");
        assertThat(prometheus
                        .at("/alerting/alertmanagers/0/static_configs/0/targets/0")
                        .asText())
                .isEqualTo("127.0.0.1:9093");
    }

    @Test
    void probesAskForTheChainAndTheStatusAndGiveUpAsOursDo() throws JsonProcessingException {
        JsonNode modules = YAML.readTree(FILES.blackbox()).path("modules");

        assertThat(modules.at("/rpc/timeout").asText()).isEqualTo("2s");
        assertThat(YAML.readTree(modules.at("/rpc/http/body").asText()).findValuesAsText("method"))
                .containsExactly("eth_chainId", "eth_blockNumber");
        assertThat(modules.at("/rpc/http/fail_if_body_not_matches_regexp/0").asText())
                .isEqualTo("\"result\":\"0x7a69\"");
        assertThat(modules.at("/router/timeout").asText()).isEqualTo("3s");
        assertThat(modules.at("/router/http/headers/Authorization").asText()).isEqualTo("Bearer lab-router-token");
    }

    @Test
    void nothingIsHeldBackBeforeItIsTold() throws JsonProcessingException {
        PeerFiles.Alerting alerting = FILES.alerting().orElseThrow();

        JsonNode alertmanager = YAML.readTree(alerting.alertmanager());
        assertThat(alertmanager.at("/route/group_wait").asText()).isEqualTo("0s");
        assertThat(alertmanager.at("/global/slack_api_url").asText())
                .isEqualTo("http://127.0.0.1:18950/api/chat.postMessage");
        assertThat(alertmanager.findValuesAsText("channel"))
                .containsExactly("#" + Side.ONCE.channel(), "#" + Side.THRICE.channel());
        assertThat(YAML.readTree(alerting.rules()).findValuesAsText("for")).containsExactly("0s", "10s");
    }
}
