package network.litewatch.controlplane.ingest.elastic;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.TransportUtils;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.PositiveOrZero;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.http.Header;
import org.apache.http.HttpHost;
import org.apache.http.message.BasicHeader;
import org.elasticsearch.client.RestClient;
import org.elasticsearch.client.RestClientBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Which Elasticsearch, and how to get in. Works against 8.19 and 9.
 *
 * @param url {@code http(s)://host:port}; or {@code embedded} in {@code litewatch up}, which starts one
 * @param apiKey encoded API key; wins over user and password
 * @param caFile PEM of the authority that signed the server's certificate
 * @param replicas of each daily index; 0 on one node
 */
public record ElasticsearchSettings(
        @NotEmpty String url,
        @Nullable String apiKey,
        @Nullable String username,
        @Nullable String password,
        @Nullable Path caFile,
        @PositiveOrZero int replicas) {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int ANSWER_MILLIS = 30_000;

    /** Opens a client, to be closed by its transport; nothing is sent yet. */
    public ElasticsearchClient connect() {
        RestClientBuilder builder = RestClient.builder(HttpHost.create(url))
                .setRequestConfigCallback(
                        c -> c.setConnectTimeout(CONNECT_MILLIS).setSocketTimeout(ANSWER_MILLIS));
        authorization()
                .ifPresent(value -> builder.setDefaultHeaders(new Header[] {new BasicHeader("Authorization", value)}));
        if (caFile != null) {
            SSLContext trusted = trust(caFile);
            builder.setHttpClientConfigCallback(http -> http.setSSLContext(trusted));
        }
        return new ElasticsearchClient(new RestClientTransport(builder.build(), new JacksonJsonpMapper()));
    }

    private Optional<String> authorization() {
        if (present(apiKey)) {
            return Optional.of("ApiKey " + apiKey);
        }
        if (!present(username)) {
            return Optional.empty();
        }
        byte[] pair = (username + ":" + (password == null ? "" : password)).getBytes(StandardCharsets.UTF_8);
        return Optional.of("Basic " + Base64.getEncoder().encodeToString(pair));
    }

    private static boolean present(@Nullable String text) {
        return text != null && !text.isBlank();
    }

    private static SSLContext trust(Path file) {
        try (var in = Files.newInputStream(file)) {
            return TransportUtils.sslContextFromHttpCaCrt(in);
        } catch (IOException e) {
            throw new UncheckedIOException("elasticsearch.caFile cannot be read: " + file, e);
        }
    }

    /** Prints no credential. */
    @Override
    public String toString() {
        return "Elasticsearch[" + url.replaceAll("//[^@/]*@", "//***@") + "]";
    }

    /** For Jackson: {@code replicas} defaults to 0. */
    @com.fasterxml.jackson.annotation.JsonCreator
    static ElasticsearchSettings of(
            @JsonProperty("url") @Nullable String url,
            @JsonProperty("apiKey") @Nullable String apiKey,
            @JsonProperty("username") @Nullable String username,
            @JsonProperty("password") @Nullable String password,
            @JsonProperty("caFile") @Nullable String caFile,
            @JsonProperty("replicas") int replicas) {
        return new ElasticsearchSettings(
                url == null ? "" : url,
                apiKey,
                username,
                password,
                caFile == null || caFile.isBlank() ? null : Path.of(caFile),
                replicas);
    }
}
