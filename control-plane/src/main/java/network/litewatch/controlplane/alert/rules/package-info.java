/** Reads rule files of {@code alert-rules/network/} from their YAML, with the line of everything that is wrong. */
@NullMarked
package network.litewatch.controlplane.alert.rules;

import org.jspecify.annotations.NullMarked;
