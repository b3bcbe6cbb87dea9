/** Slack over its Web API: what a message looks like, and how it is posted, edited and found again. */
@NullMarked
package network.litewatch.controlplane.notify.slack;

import org.jspecify.annotations.NullMarked;
