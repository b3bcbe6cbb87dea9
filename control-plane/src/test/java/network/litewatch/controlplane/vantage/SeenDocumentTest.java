package network.litewatch.controlplane.vantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Phase;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.http.TargetJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SeenDocumentTest {
    private static final Instant SLOT = Instant.parse("2026-11-20T10:00:00.123Z");
    private static final Vantage EAST = new Vantage("east");
    private static final Target SITE = new Target(
            new TargetId("site"),
            TargetKind.ENDPOINT,
            new NetworkId("lab"),
            SecretUrl.parse("http://127.0.0.1:1"),
            Optional.empty(),
            Map.of("operator", "someone"),
            Map.of());

    @Test
    void whatIsWrittenIsReadAsItWas() {
        Observation observation = observation(Outcome.failed(Reason.HTTP_STATUS, "500 \u0001 \"quoted\""));

        assertThat(SeenDocument.read(tree(SeenDocument.write(observation)), SITE, EAST))
                .isEqualTo(observation);
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void everyReasonGoesThrough(Reason reason) {
        Outcome outcome = reason == Reason.NONE ? Outcome.ok() : Outcome.inconclusive(reason, "why");

        assertThat(SeenDocument.read(tree(SeenDocument.write(observation(outcome))), SITE, EAST)
                        .outcome())
                .isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "slot | \"yesterday\" | slot must be an instant",
                "slot | 7 | slot must be a text",
                "startedAt | \"2026-11-20T09:59:59Z\" | startedAt must lie between",
                "startedAt | \"2026-11-20T11:00:00Z\" | startedAt must lie between",
                "elapsedNanos | -1 | elapsedNanos must be a whole number",
                "elapsedNanos | 1e99 | elapsedNanos must be a whole number",
                "elapsedNanos | 3600000000001 | elapsedNanos must be a whole number",
                "outcome | \"great\" | outcome has a name",
                "outcome | \"ok\" | does not go with reason",
                "reason | \"bad_luck\" | reason has a name",
                "detail | [] | detail must be a text",
                "phases | {\"lunch\": 1} | phases has a name",
                "phases | {\"connect\": -1} | connect must be a whole number",
                "phases | [] | phases must be an object",
                "measurements | {\"made_up\": 1} | measurements has a name",
                "measurements | {\"http_status_code\": \"200\"} | http_status_code must be a number",
                "measurements | {\"http_status_code\": 1e999} | http_status_code must be a number",
                "evidence | {\"Bad Name\": \"x\"} | evidence has a name",
                "evidence | {\"body\": {}} | body must be a text",
                "labels | {\"operator\": \"me\"} | has a field that is not known",
                "vantage | \"west\" | has a field that is not known"
            })
    void whatDoesNotFitIsRefusedByTheFieldsName(String field, String value, String message) {
        ObjectNode document = (ObjectNode) tree(SeenDocument.write(observation(Outcome.failed(Reason.TIMEOUT, ""))));
        document.set(field, tree(value));

        assertThatThrownBy(() -> SeenDocument.read(document, SITE, EAST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aDeliveryIsReadAsItWasWritten() {
        Delivery.Status status = new Delivery.Status(3, 4.5, 1, true);
        String json = Delivery.json(SLOT, status, List.of(SeenDocument.write(observation(Outcome.ok()))));

        Delivery delivery = Delivery.parse(tree(json));

        assertThat(delivery.sentAt()).isEqualTo(SLOT);
        assertThat(delivery.status()).isEqualTo(status);
        assertThat(delivery.observations()).hasSize(1);
        assertThat(Delivery.parse(tree(Delivery.json(SLOT, status, List.of()))).observations())
                .isEmpty();
    }

    @Test
    void aPlanIsReadAsItWasWrittenAndItsTagFollowsItsContent() {
        Target router = new Target(
                        new TargetId("router"),
                        TargetKind.ROUTER,
                        new NetworkId("lab"),
                        SecretUrl.parse("https://router.example.org/key"),
                        Optional.of(new network.litewatch.probe.Secret("secret-token")),
                        Map.of(),
                        Map.of("x", "y"))
                .withWitness(SITE_RPC);
        PlanDocument plan = new PlanDocument(
                EAST,
                Duration.ofDays(1),
                Map.of(new NetworkId("lab"), List.of("10.0.0.0/8")),
                List.of(new PlanDocument.Planned(
                        new ProbeId("router.sessions"), router, Duration.ofSeconds(5), Duration.ofSeconds(3))));

        PlanDocument read = PlanDocument.parse(tree(plan.json()));

        assertThat(read).isEqualTo(plan);
        assertThat(read.etag()).isEqualTo(plan.etag());
        assertThat(new PlanDocument(EAST, Duration.ofDays(1), Map.of(), List.of()).etag())
                .isNotEqualTo(plan.etag());
        assertThat(plan.toString()).doesNotContain("secret-token", "/key");
    }

    private static final Target SITE_RPC = new Target(
            new TargetId("rpc"),
            TargetKind.RPC,
            new NetworkId("lab"),
            SecretUrl.parse("https://rpc.example.org/v3/abc"),
            Optional.empty(),
            Map.of(),
            Map.of());

    private static Observation observation(Outcome outcome) {
        return new Observation(
                new ProbeId("http"),
                SITE.id(),
                SITE.kind(),
                SITE.network(),
                EAST,
                SITE.labels(),
                SLOT,
                SLOT.plusMillis(3),
                Duration.ofNanos(123_456_789),
                new Finding(
                        outcome,
                        Map.of(Phase.CONNECT, Duration.ofNanos(1_234_567)),
                        Map.of(Measurement.HTTP_STATUS_CODE, 500.0, Measurement.TLS_EXPIRY, -1.5),
                        Map.of("body", "start of it")));
    }

    private static JsonNode tree(String text) {
        return TargetJson.parse(text).orElseThrow();
    }
}
