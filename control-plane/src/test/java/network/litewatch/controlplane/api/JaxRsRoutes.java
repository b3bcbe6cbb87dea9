package network.litewatch.controlplane.api;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.glassfish.jersey.server.model.Resource;
import org.glassfish.jersey.server.model.ResourceMethod;

/**
 * One route as JAX-RS reads it out of a class of the product.
 *
 * @param verb GET and so on
 * @param path template with variables in braces, from the root
 */
public record JaxRsRoutes(String verb, String path, Class<?> resource, Method method) {

    /** Every route of every class of the control plane that has a path, registered or not. */
    public static List<JaxRsRoutes> all() {
        List<JaxRsRoutes> routes = new ArrayList<>();
        for (Class<?> candidate : classes()) {
            if (candidate.isAnnotationPresent(jakarta.ws.rs.Path.class)) {
                collect(Resource.from(candidate), "", candidate, routes);
            }
        }
        return routes;
    }

    /** Those of the service alone: what an injector serves is the lab's fault API, which has no description of its own. */
    static List<JaxRsRoutes> ofTheService() {
        return all().stream()
                .filter(route -> !route.resource().getPackageName().endsWith(".injector"))
                .toList();
    }

    private static List<Class<?>> classes() {
        try {
            Path root = Path.of(Routes.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            List<Class<?>> classes = new ArrayList<>();
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(f -> f.toString().endsWith(".class"))
                        .filter(f -> !f.endsWith("package-info.class"))
                        .toList()) {
                    String name = root.relativize(file).toString().replace('/', '.');
                    classes.add(Class.forName(
                            name.substring(0, name.length() - ".class".length()),
                            false,
                            Routes.class.getClassLoader()));
                }
            }
            return classes;
        } catch (IOException | URISyntaxException | ClassNotFoundException e) {
            throw new IllegalStateException("the product's classes cannot be listed", e);
        }
    }

    private static void collect(Resource node, String above, Class<?> resource, List<JaxRsRoutes> routes) {
        String path = join(above, node.getPath());
        for (ResourceMethod method : node.getAllMethods()) {
            routes.add(new JaxRsRoutes(
                    String.valueOf(method.getHttpMethod()),
                    path,
                    resource,
                    method.getInvocable().getDefinitionMethod()));
        }
        node.getChildResources().forEach(child -> collect(child, path, resource, routes));
    }

    private static String join(String above, String below) {
        String joined = (above + "/" + below).replaceAll("/+", "/");
        return joined.length() > 1 && joined.endsWith("/") ? joined.substring(0, joined.length() - 1) : joined;
    }

    @Override
    public String toString() {
        return verb + " " + path;
    }
}
