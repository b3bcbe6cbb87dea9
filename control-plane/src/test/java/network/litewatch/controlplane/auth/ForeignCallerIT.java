package network.litewatch.controlplane.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import network.litewatch.controlplane.api.GuardedApi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Web pages that make somebody's browser call us, with tokens configured and without. */
class ForeignCallerIT {
    private static GuardedApi withTokens;
    private static GuardedApi local;

    @BeforeAll
    static void start() throws Exception {
        withTokens = GuardedApi.start(People.settings(), BearerFilterIT.resources());
        local = GuardedApi.start(AuthSettings.NONE, BearerFilterIT.resources());
    }

    @AfterAll
    static void stop() {
        withTokens.close();
        local.close();
    }

    @Test
    void withoutTokensThisMachineMayDoEverything() throws IOException {
        for (String path : List.of("/", "/api/v1/targets", "/api/v1/networks", "/runbooks", "/health-check")) {
            assertThat(local.api().get(path).status()).as(path).isEqualTo(200);
        }
        for (String path : List.of("/", "/metrics", "/threads", "/healthcheck")) {
            assertThat(local.admin().get(path).status()).as(path).isEqualTo(200);
        }
        assertThat(local.admin().send("POST", "/tasks/gc").status()).isEqualTo(200);
        assertThat(local.api().get("/runbooks/rpc-head-stalled").body()).contains("lab-rpc-b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LocalHost", "localhost:8080", "127.0.0.1", "[::1]", "[::1]:8080"})
    void loopbackNamesAreAnswered(String host) throws IOException {
        assertThat(local.api().get("/api/v1/targets", "Host: " + host).status()).isEqualTo(200);
        assertThat(local.admin().get("/threads", "Host: " + host).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rebound.example.org",
                "rebound.example.org:8080",
                "localhost.example.org",
                "127.0.0.1.example.org",
                "localhost.",
                "0.0.0.0",
                "[::]",
                "192.168.1.20",
                "localhost@example.org",
                "",
                "a b"
            })
    void aNameThatWasReboundToLoopbackIsNot(String host) throws IOException {
        for (RawHttp door : List.of(local.api(), local.admin())) {
            for (String path : List.of("/", "/health-check", "/runbooks", "/metrics", "/threads")) {
                RawHttp.Answer answer = door.get(path, "Host: " + host);
                assertThat(answer.status()).as("%s of \"%s\"", path, host).isIn(400, 403);
            }
        }
    }

    @Test
    void whatElseCanNameAHostChangesNothing() throws IOException {
        String evil = "Host: rebound.example.org";
        assertThat(local.api()
                        .get("/api/v1/targets", evil, "X-Forwarded-Host: localhost")
                        .status())
                .isEqualTo(403);
        assertThat(local.api()
                        .get("/api/v1/targets", evil, "Forwarded: host=localhost")
                        .status())
                .isEqualTo(403);
        assertThat(local.api().get("http://localhost/api/v1/targets", evil).status())
                .isIn(400, 403);
        assertThat(local.api()
                        .get("http://rebound.example.org/api/v1/targets", "Host: localhost")
                        .status())
                .isIn(400, 403);
        assertThat(local.api().get("/api/v1/targets", "Host: localhost", evil).status())
                .isIn(400, 403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.org",
                "https://example.org",
                "null",
                "",
                "http://localhost:1",
                "http://127.0.0.1",
                "http://127.0.0.1:PORT.example.org",
                "http://127.0.0.1:PORT@example.org",
                "http://127.0.0.1:PORT http://example.org",
                "file://"
            })
    void aPageOfAnotherOriginPostsNothing(String origin) throws IOException {
        RawHttp admin = withTokens.admin();
        String header = "Origin: " + origin.replace("PORT", Integer.toString(admin.port()));
        String token = People.ADMIN.headers()[0];
        RawHttp.Answer answer = admin.send("POST", "/tasks/gc", token, header);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains("another origin");
        RawHttp here = local.admin();
        String same = "Origin: " + origin.replace("PORT", Integer.toString(here.port()));
        assertThat(here.send("POST", "/tasks/gc", same).status()).isEqualTo(403);
        assertThat(local.api().send("POST", "/api/v1/targets", same).status()).isEqualTo(403);
    }

    @Test
    void ourOwnPagesAndPlainClientsMayPost() throws IOException {
        RawHttp admin = withTokens.admin();
        String token = People.ADMIN.headers()[0];
        String own = "Origin: http://127.0.0.1:" + admin.port();
        assertThat(admin.send("POST", "/tasks/gc", token).status()).isEqualTo(200);
        assertThat(admin.send("POST", "/tasks/gc", token, own).status()).isEqualTo(200);
        assertThat(admin.send("POST", "/tasks/gc", token, "Host: ops.example.org", "Origin: https://ops.example.org")
                        .status())
                .isEqualTo(200);
        assertThat(admin.send("POST", "/tasks/gc", token, own, "Origin: http://example.org")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void noAnswerInvitesOtherOriginsToReadIt() throws IOException {
        for (RawHttp door : List.of(local.api(), local.admin())) {
            RawHttp.Answer answer = door.get("/", "Origin: http://example.org");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.head()).doesNotContainIgnoringCase("Access-Control-");
            assertThat(door.send("OPTIONS", "/", "Origin: http://example.org", "Access-Control-Request-Method: POST")
                            .head())
                    .doesNotContainIgnoringCase("Access-Control-");
        }
    }
}
