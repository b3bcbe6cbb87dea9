/** Unit tests of rules in the shape of promtool's: series of signals in, alerts at times out, judged by the rules themselves. */
@NullMarked
package network.litewatch.controlplane.alert.ruletest;

import org.jspecify.annotations.NullMarked;
