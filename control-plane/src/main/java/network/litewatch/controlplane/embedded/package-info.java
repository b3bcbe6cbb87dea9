/**
 * PostgreSQL and Elasticsearch for {@code litewatch up} and the tests: real servers as child processes, on loopback, with
 * data that stays. Production points the configuration at servers of its own and never comes here.
 */
@NullMarked
package network.litewatch.controlplane.embedded;

import org.jspecify.annotations.NullMarked;
