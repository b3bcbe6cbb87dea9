package network.litewatch.controlplane.api;

import io.dropwizard.jersey.setup.JerseyEnvironment;
import java.util.List;

/** Registers resources together with what checks their parameters, so that none is served without. */
public final class Routes {
    private Routes() {}

    /** Serves {@code resources}. */
    public static void register(JerseyEnvironment jersey, List<?> resources) {
        jersey.register(new StrictParameters());
        resources.forEach(jersey::register);
    }
}
