/**
 * Tells people: one message per alert, edited when it resolves, never twice. Decides under the database's lock, sends
 * outside of any transaction, and records what was sent.
 *
 * <p>Fed by the pipeline through {@link network.litewatch.controlplane.notify.NotificationLog}; knows nothing of runbooks
 * but their links.
 */
@NullMarked
package network.litewatch.controlplane.notify;

import org.jspecify.annotations.NullMarked;
