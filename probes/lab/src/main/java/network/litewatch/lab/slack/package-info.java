/**
 * A stand-in for Slack: the Web API calls that a bot makes, Socket Mode, and a page that shows what people would see.
 */
@NullMarked
package network.litewatch.lab.slack;

import org.jspecify.annotations.NullMarked;
