package network.litewatch.controlplane.api;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.health.DefaultHealthFactory;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import io.dropwizard.logging.common.DefaultLoggingFactory;
import io.dropwizard.request.logging.LogbackAccessRequestLogFactory;
import io.dropwizard.testing.DropwizardTestSupport;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.servlet.jakarta.exporter.MetricsServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import network.litewatch.controlplane.auth.AuthSettings;
import network.litewatch.controlplane.auth.Guards;
import network.litewatch.controlplane.auth.RawHttp;
import network.litewatch.controlplane.auth.Tokens;
import org.eclipse.jetty.http.UriCompliance;

/** Both connectors on loopback, guarded and checked as in the service, in front of resources of the test's choice. */
public final class GuardedApi implements AutoCloseable {
    private final DropwizardTestSupport<Configuration> support;

    private GuardedApi(DropwizardTestSupport<Configuration> support) {
        this.support = support;
    }

    public static GuardedApi start(AuthSettings auth, List<?> resources) throws Exception {
        return start(auth, resources, UriCompliance.DEFAULT);
    }

    /** Starts with a container that lets more or fewer odd paths through to us. */
    public static GuardedApi start(AuthSettings auth, List<?> resources, UriCompliance compliance) throws Exception {
        Server server = new Server(auth, resources);
        DropwizardTestSupport<Configuration> support =
                new DropwizardTestSupport<>(Server.class, configuration(compliance)) {
                    @Override
                    public Application<Configuration> newApplication() {
                        return server;
                    }
                };
        support.before();
        return new GuardedApi(support);
    }

    /** Of the API. */
    public int port() {
        return support.getLocalPort();
    }

    public RawHttp api() {
        return new RawHttp(support.getLocalPort());
    }

    public RawHttp admin() {
        return new RawHttp(support.getAdminPort());
    }

    @Override
    public void close() {
        support.after();
    }

    private static Configuration configuration(UriCompliance compliance) {
        DefaultServerFactory server = new DefaultServerFactory();
        server.setApplicationConnectors(List.of(loopback(compliance)));
        server.setAdminConnectors(List.of(loopback(compliance)));
        server.setAllowedMethods(Set.of("GET", "HEAD", "POST", "DELETE"));
        LogbackAccessRequestLogFactory requests = new LogbackAccessRequestLogFactory();
        requests.setAppenders(List.of());
        server.setRequestLogFactory(requests);
        Configuration configuration = new Configuration() {};
        configuration.setServerFactory(server);
        DefaultHealthFactory health = new DefaultHealthFactory();
        health.setHealthCheckUrlPaths(List.of("/health-check"));
        configuration.setHealthFactory(health);
        DefaultLoggingFactory logging = new DefaultLoggingFactory();
        logging.setLevel("WARN");
        configuration.setLoggingFactory(logging);
        return configuration;
    }

    private static ConnectorFactory loopback(UriCompliance compliance) {
        HttpConnectorFactory connector = new HttpConnectorFactory();
        connector.setBindHost("127.0.0.1");
        connector.setPort(0);
        connector.setUriCompliance(compliance);
        return connector;
    }

    private static final class Server extends Application<Configuration> {
        private final AuthSettings auth;
        private final List<?> resources;

        Server(AuthSettings auth, List<?> resources) {
            this.auth = auth;
            this.resources = resources;
        }

        @Override
        public void run(Configuration configuration, Environment env) {
            env.getObjectMapper()
                    .registerModule(new JavaTimeModule())
                    .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
            Routes.register(env.jersey(), resources);
            Guards.install(env, new Tokens(auth));
            env.servlets().addServlet("beside", new Beside()).addMapping("/servlet/*");
            env.admin()
                    .addServlet("prometheus", new MetricsServlet(new CollectorRegistry()))
                    .addMapping("/metrics");
        }
    }

    /** Not JAX-RS: it finds its paths as the container does, after dot segments and escapes, and no route demands a role. */
    private static final class Beside extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getWriter().write("behind the servlet");
        }
    }
}
