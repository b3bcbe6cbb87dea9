/** Reads SLOs from OpenSLO v1 files. */
@NullMarked
package network.litewatch.controlplane.slo.files;

import org.jspecify.annotations.NullMarked;
