package network.litewatch.controlplane.auth;

import io.dropwizard.core.setup.Environment;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.EnumSet;

/** Everything that stands between a request and an answer: a filter before each connector, a demand on each route. */
public final class Guards {
    private Guards() {}

    /** Guards both connectors of {@code env}; before this, both are open. */
    public static void install(Environment env, Tokens tokens) {
        Filter api = new BearerFilter(tokens, Access.API);
        env.servlets()
                .addFilter("bearer", api)
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
        Filter admin = new BearerFilter(tokens, Access.ADMIN);
        env.admin()
                .addFilter("bearer", admin)
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
        env.jersey().register(new DeclaredRoles());
    }
}
