package network.litewatch.controlplane.api;

import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Refuses before any route what no route can mean: query parameters that it does not have (a misspelt filter would otherwise
 * list everything), the same one twice, control characters (PostgreSQL takes no U+0000) and endless values.
 */
final class StrictParameters implements DynamicFeature {
    /** Longest value, in characters; a cursor over the longest names is shorter. */
    static final int MAX_LENGTH = 512;

    private static final int MOST_REPEATED = 50;

    @Override
    public void configure(ResourceInfo route, FeatureContext context) {
        Method method = route.getResourceMethod();
        context.register(new Check(names(method), repeatable(method)));
    }

    /** The query parameters that {@code route} has. */
    static SortedSet<String> names(Method route) {
        SortedSet<String> names = new TreeSet<>();
        Stream.of(route.getParameters())
                .map(parameter -> parameter.getAnnotation(QueryParam.class))
                .forEach(query -> {
                    if (query != null) {
                        names.add(query.value());
                    }
                });
        QueryNames more = route.getAnnotation(QueryNames.class);
        if (more != null) {
            names.addAll(List.of(more.value()));
        }
        return names;
    }

    /** Those of them that may be there more than once. */
    private static Set<String> repeatable(Method route) {
        return Stream.of(route.getParameters())
                .filter(parameter -> parameter.getType() == List.class)
                .map(parameter -> parameter.getAnnotation(QueryParam.class))
                .filter(Objects::nonNull)
                .map(QueryParam::value)
                .collect(Collectors.toUnmodifiableSet());
    }

    private record Check(SortedSet<String> known, Set<String> repeatable) implements ContainerRequestFilter {
        @Override
        public void filter(ContainerRequestContext request) {
            UriInfo uri = request.getUriInfo();
            uri.getPathParameters().forEach((name, values) -> values.forEach(value -> check(name, value)));
            uri.getQueryParameters().forEach((name, values) -> {
                if (!known.contains(name)) {
                    throw ApiError.badRequest(
                            known.isEmpty()
                                    ? "there are no parameters here"
                                    : "there is no such parameter here; there are " + String.join(", ", known));
                }
                if (values.size() > (repeatable.contains(name) ? MOST_REPEATED : 1)) {
                    throw ApiError.badRequest(name + " must be given "
                            + (repeatable.contains(name) ? MOST_REPEATED + " times at most" : "once"));
                }
                values.forEach(value -> check(name, value));
            });
        }

        private static void check(String name, String value) {
            if (value.length() > MAX_LENGTH) {
                throw ApiError.badRequest(name + " must have at most " + MAX_LENGTH + " characters");
            }
            if (value.chars().anyMatch(Character::isISOControl)) {
                throw ApiError.badRequest(name + " must have no control characters");
            }
        }
    }
}
