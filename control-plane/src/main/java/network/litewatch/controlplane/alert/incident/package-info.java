/**
 * What people are told of alerts: incidents that group them, silences that mute them, and when to say what.
 *
 * <p>Pure: time arrives as an argument. Fed by {@code alert}, read by {@code notify} and the API.
 */
@NullMarked
package network.litewatch.controlplane.alert.incident;

import org.jspecify.annotations.NullMarked;
