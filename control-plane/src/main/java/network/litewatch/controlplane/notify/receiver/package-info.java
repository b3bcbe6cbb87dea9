/** Systems besides Slack that are told of incidents: any that takes Alertmanager's webhooks, and PagerDuty. */
@NullMarked
package network.litewatch.controlplane.notify.receiver;

import org.jspecify.annotations.NullMarked;
