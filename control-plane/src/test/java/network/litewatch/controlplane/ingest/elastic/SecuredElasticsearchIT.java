package network.litewatch.controlplane.ingest.elastic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import network.litewatch.controlplane.embedded.SharedStores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Elasticsearch behind TLS and a check of credentials, as operators run it. The minimal distribution has no security of
 * its own, so a front of the JDK's HTTPS server stands before it.
 */
class SecuredElasticsearchIT {
    private static final String PASSWORD = "front-of-the-test";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private static Path folder;

    private static HttpsServer front;
    private static Path ca;
    private static Path otherCa;

    @BeforeAll
    static void start() throws Exception {
        Path store = certificate("server");
        ca = pem(store, "server");
        otherCa = pem(certificate("other"), "other");
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        front = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        front.setHttpsConfigurator(new HttpsConfigurator(tls));
        front.createContext("/", SecuredElasticsearchIT::forward);
        front.start();
    }

    @AfterAll
    static void stop() {
        front.stop(0);
    }

    @Test
    void anApiKeyOpensIt() throws IOException {
        try (ElasticsearchClient client = settings("key-1", null, null, ca).connect()) {
            Templates.put(client, 0);
            assertThat(client.indices()
                            .existsIndexTemplate(t -> t.name("litewatch-observations"))
                            .value())
                    .isTrue();
        }
    }

    @Test
    void aUserAndPasswordOpenIt() throws IOException {
        try (ElasticsearchClient client =
                settings(null, "litewatch", "secret", ca).connect()) {
            assertThat(client.cluster().health().numberOfNodes()).isEqualTo(1);
        }
    }

    @Test
    void aWrongKeyIsSaidToBeRefusedWithoutShowingIt() throws IOException {
        try (ElasticsearchClient client =
                settings("key-of-somebody", null, null, ca).connect()) {
            assertThatThrownBy(() -> Templates.put(client, 0))
                    .hasMessageContaining("401")
                    .message()
                    .doesNotContain("key-of-somebody");
        }
    }

    @Test
    void aServerThatTheAuthorityDidNotSignIsNotTrusted() throws IOException {
        try (ElasticsearchClient client = settings("key-1", null, null, otherCa).connect()) {
            assertThatThrownBy(() -> client.cluster().health()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aCaFileThatIsMissingIsNamed() {
        assertThatThrownBy(() -> settings("key-1", null, null, folder.resolve("nowhere.pem"))
                        .connect())
                .hasMessageContaining("elasticsearch.caFile")
                .hasMessageContaining("nowhere.pem");
    }

    @Test
    void settingsDoNotPrintTheirSecrets() {
        assertThat(settings("key-1", "litewatch", "secret", ca).toString()).doesNotContain("key-1", "secret");
    }

    private static ElasticsearchSettings settings(
            @Nullable String key, @Nullable String user, @Nullable String password, Path trusted) {
        return new ElasticsearchSettings(
                "https://127.0.0.1:" + front.getAddress().getPort(), key, user, password, trusted, 0);
    }

    private static void forward(HttpExchange exchange) throws IOException {
        try (exchange) {
            String credentials =
                    Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Authorization"), "");
            // Basic: litewatch:secret
            if (!List.of("ApiKey key-1", "Basic bGl0ZXdhdGNoOnNlY3JldA==").contains(credentials)) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create(SharedStores.get().elasticsearchUrl() + exchange.getRequestURI()))
                    .method(
                            exchange.getRequestMethod(),
                            HttpRequest.BodyPublishers.ofByteArray(
                                    exchange.getRequestBody().readAllBytes()));
            for (String header : List.of("Content-Type", "Accept")) {
                String value = exchange.getRequestHeaders().getFirst(header);
                if (value != null) {
                    request.header(header, value);
                }
            }
            HttpResponse<byte[]> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            for (String header : List.of("content-type", "X-elastic-product")) {
                answer.headers()
                        .firstValue(header)
                        .ifPresent(value -> exchange.getResponseHeaders().add(header, value));
            }
            boolean empty = answer.body().length == 0;
            exchange.sendResponseHeaders(answer.statusCode(), empty ? -1 : answer.body().length);
            if (!empty) {
                exchange.getResponseBody().write(answer.body());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Path certificate(String name) throws IOException, InterruptedException {
        Path store = folder.resolve(name + ".p12");
        keytool(
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-validity",
                "2",
                "-ext",
                "san=ip:127.0.0.1",
                "-ext",
                "bc:c",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString());
        return store;
    }

    private static Path pem(Path store, String name) throws IOException, InterruptedException {
        Path pem = folder.resolve(name + ".pem");
        keytool("-exportcert", "-rfc", "-alias", name, "-keystore", store.toString(), "-file", pem.toString());
        return pem;
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storepass", PASSWORD));
        Path log = Files.createTempFile(folder, "keytool", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor()).as(Files.readString(log)).isZero();
    }
}
