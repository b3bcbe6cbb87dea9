package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import network.litewatch.controlplane.embedded.Child;
import network.litewatch.controlplane.embedded.LocalStack;

/** The service that ships, as a process beside a {@link LocalStack}, and how tests ask it. */
final class RunningService {
    /** The repository. */
    static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("litewatch.root")));

    static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private RunningService() {}

    /** PostgreSQL, Elasticsearch and the lab on free ports below {@code home}. */
    static LocalStack stack(Path home) throws IOException, InterruptedException {
        return LocalStack.start(
                new LocalStack.Options(
                        home,
                        ROOT,
                        Path.of(Objects.requireNonNull(System.getProperty("litewatch.elasticsearch.zip"))),
                        true,
                        true,
                        true,
                        true),
                System.out::println);
    }

    /**
     * Starts the service; its log is {@code home/service.log}. Changed files are read when it is asked to, so that a test knows when.
     *
     * @param variables more of the environment, and what replaces that of {@code stack} and {@code ports}
     * @param flags of the JVM
     */
    static Child start(Path home, LocalStack stack, ServicePorts ports, Map<String, String> variables, String... flags)
            throws IOException {
        Map<String, String> environment = new LinkedHashMap<>(stack.environment());
        environment.putAll(ports.environment());
        environment.put(
                "LITEWATCH_PARENT", Long.toString(ProcessHandle.current().pid()));
        environment.putAll(variables);
        List<String> command = new ArrayList<>(List.of(Child.java(), "-Xmx512m", "-Ddw.files.watch=0s"));
        command.addAll(List.of(flags));
        command.addAll(List.of(
                "-jar",
                Objects.requireNonNull(System.getProperty("litewatch.jar")),
                "server",
                ROOT.resolve("control-plane/config/litewatch.yml").toString()));
        Files.createDirectories(home);
        return Child.start("service", command, environment, home.resolve("service.log"));
    }

    /** What is at {@code url}, which must answer 200. */
    static String get(String url) throws Exception {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as("%s: %s", url, answer.body()).isEqualTo(200);
        return answer.body();
    }
}
