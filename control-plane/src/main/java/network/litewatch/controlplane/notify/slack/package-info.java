/**
 * Slack: what a message looks like, how it is posted, edited and found again over the Web API, and how presses of its buttons come in, by
 * signed requests or over a socket that we open (Socket Mode).
 */
@NullMarked
package network.litewatch.controlplane.notify.slack;

import org.jspecify.annotations.NullMarked;
