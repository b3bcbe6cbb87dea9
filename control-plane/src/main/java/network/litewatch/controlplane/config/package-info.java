/**
 * Files that people write (configuration, network profiles, rules, runbooks): reading them with the line of every
 * field at hand, and saying what is wrong with them.
 *
 * <p>A leaf that every loader uses; knows no stage.
 */
@NullMarked
package network.litewatch.controlplane.config;

import org.jspecify.annotations.NullMarked;
