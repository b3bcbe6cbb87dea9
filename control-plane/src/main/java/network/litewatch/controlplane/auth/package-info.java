/** Who may ask: bearer tokens with roles, kept as hashes, and the refusal to listen to the world without them. */
@NullMarked
package network.litewatch.controlplane.auth;

import org.jspecify.annotations.NullMarked;
