package network.litewatch.controlplane.injector;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.common.net.HostAndPort;
import io.dropwizard.core.Configuration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import network.litewatch.controlplane.auth.AuthSettings;
import network.litewatch.controlplane.auth.BindGuard;
import org.jspecify.annotations.Nullable;

/** The injector's configuration file. */
final class InjectorConfiguration extends Configuration {
    private static final java.util.regex.Pattern PLACE = java.util.regex.Pattern.compile("[a-z0-9-]{1,40}");

    @Valid
    @NotNull
    private final AuthSettings auth;

    @Valid
    @NotNull
    private final Map<String, ProxySettings> proxies;

    @Valid
    @NotNull
    private final Map<String, ServiceSettings> services;

    @Valid
    private final @Nullable AnsibleSettings ansible;

    @JsonCreator
    InjectorConfiguration(
            @JsonProperty("auth") @Nullable AuthSettings auth,
            @JsonProperty("proxies") @Nullable Map<String, ProxySettings> proxies,
            @JsonProperty("services") @Nullable Map<String, ServiceSettings> services,
            @JsonProperty("ansible") @Nullable AnsibleSettings ansible) {
        this.auth = auth == null ? AuthSettings.NONE : auth;
        this.proxies = proxies == null ? Map.of() : new TreeMap<>(proxies);
        this.services = services == null ? Map.of() : new TreeMap<>(services);
        this.ansible = ansible;
    }

    /**
     * A way to an endpoint that can be made slow, silent or rude.
     *
     * @param listen address and port, as 127.0.0.1:9101
     * @param upstream host and port that it leads to, as router.example.org:443; looked up for each connection
     */
    record ProxySettings(@NotEmpty String listen, @NotEmpty String upstream) {
        /** Throws {@link IllegalArgumentException} where it is none. */
        InetSocketAddress listens() {
            HostAndPort at = HostAndPort.fromString(listen);
            try {
                return new InetSocketAddress(InetAddress.getByName(at.getHost()), at.getPort());
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("no address has the name " + at.getHost(), e);
            } catch (IllegalStateException e) {
                throw new IllegalArgumentException("needs a port, as 127.0.0.1:9101", e);
            }
        }

        /** Throws {@link IllegalArgumentException} where it is none. */
        InetSocketAddress leadsTo() {
            HostAndPort at = HostAndPort.fromString(upstream);
            if (!at.hasPort()) {
                throw new IllegalArgumentException("needs a port, as router.example.org:443");
            }
            return InetSocketAddress.createUnresolved(at.getHost(), at.getPort());
        }
    }

    /**
     * A systemd unit that is stopped and started.
     *
     * @param host its name in the inventory
     * @param unit as cortensord@1
     */
    record ServiceSettings(
            @Pattern(regexp = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}") @NotNull
            String host,

            @Pattern(regexp = "[A-Za-z0-9][A-Za-z0-9@._-]{0,99}") @NotNull
            String unit) {}

    /**
     * How services are reached. Relative paths start at the configuration's folder.
     *
     * @param program ansible-playbook, or where it is
     * @param playbook the shipped drill-service.yml
     * @param inventory that has the hosts
     */
    record AnsibleSettings(
            @NotEmpty String program,
            @NotNull Path playbook,
            @NotNull Path inventory) {}

    AuthSettings auth() {
        return auth;
    }

    Map<String, ProxySettings> proxies() {
        return proxies;
    }

    Map<String, ServiceSettings> services() {
        return services;
    }

    @Nullable
    AnsibleSettings ansible() {
        return ansible;
    }

    /** What is wrong with it that no single field shows, each with its field. */
    List<String> problems() {
        List<String> problems = new ArrayList<>(BindGuard.problems(getServerFactory(), auth.forPeople()));
        proxies.forEach((name, proxy) -> {
            place("proxies", name, problems);
            attempt("proxies." + name + ".listen", proxy::listens, problems);
            attempt("proxies." + name + ".upstream", proxy::leadsTo, problems);
        });
        services.keySet().forEach(name -> place("services", name, problems));
        if (!services.isEmpty() && ansible == null) {
            problems.add(
                    "ansible: is missing, and services are stopped by it; {program: ansible-playbook, playbook: ..., inventory: ...}");
        }
        if (proxies.isEmpty() && services.isEmpty()) {
            problems.add("proxies, services: both are empty: there is nothing that could be broken");
        }
        return problems;
    }

    private static void place(String field, String name, List<String> problems) {
        if (!PLACE.matcher(name).matches()) {
            problems.add(field + "." + name + ": drills name it as fault.at, which is 1 to 40 of a-z, 0-9 and -");
        }
    }

    private static void attempt(String field, Runnable attempt, List<String> problems) {
        try {
            attempt.run();
        } catch (IllegalArgumentException e) {
            problems.add(field + ": " + e.getMessage());
        }
    }
}
