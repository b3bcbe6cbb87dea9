package network.litewatch.controlplane.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names of query parameters that a route reads beside those of its {@code @QueryParam}s. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface QueryNames {
    /** The names, as they stand in the query. */
    String[] value();
}
