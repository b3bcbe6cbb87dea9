/**
 * What goes between the control plane and its agents: the plan of a vantage one way, what was seen from there the other. Values and
 * their JSON; both sides read what they did not write, and believe no byte of it.
 */
@NullMarked
package network.litewatch.controlplane.vantage;

import org.jspecify.annotations.NullMarked;
