package network.litewatch.controlplane.auth;

import com.google.common.net.InetAddresses;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.server.ServerFactory;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Refuses to listen to more than this machine while no token is configured. */
public final class BindGuard {
    private BindGuard() {}

    /** What is wrong with the connectors of {@code server}, one line each; empty is fine. */
    public static List<String> problems(ServerFactory server, boolean tokensConfigured) {
        List<String> problems = new ArrayList<>();
        if (tokensConfigured) {
            return problems;
        }
        if (server instanceof DefaultServerFactory factory) {
            factory.getApplicationConnectors().forEach(c -> check("server.applicationConnectors", c, problems));
            factory.getAdminConnectors().forEach(c -> check("server.adminConnectors", c, problems));
        } else {
            problems.add("server.type must be default: connectors of another type cannot be checked");
        }
        return problems;
    }

    private static void check(String where, ConnectorFactory connector, List<String> problems) {
        String host = connector instanceof HttpConnectorFactory http ? http.getBindHost() : null;
        if (isLoopback(host)) {
            return;
        }
        String named = host == null || host.isBlank() ? "all interfaces" : host;
        problems.add(where + ": would listen on " + named + " without authentication; set bindHost: 127.0.0.1, or add"
                + " auth.tokens (litewatch token NAME ROLE prints one)");
    }

    /** Takes addresses and "localhost" only: another name may be resolved differently by the time that it is bound. */
    private static boolean isLoopback(@Nullable String host) {
        return host != null
                && (host.equalsIgnoreCase("localhost")
                        || (InetAddresses.isUriInetAddress(host)
                                && InetAddresses.forUriString(host).isLoopbackAddress())
                        || (InetAddresses.isInetAddress(host)
                                && InetAddresses.forString(host).isLoopbackAddress()));
    }
}
