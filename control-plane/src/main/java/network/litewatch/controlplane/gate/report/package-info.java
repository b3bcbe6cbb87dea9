/** What a run of the phase gate came to, as JSON and as one page of HTML that loads nothing. */
@NullMarked
package network.litewatch.controlplane.gate.report;

import org.jspecify.annotations.NullMarked;
