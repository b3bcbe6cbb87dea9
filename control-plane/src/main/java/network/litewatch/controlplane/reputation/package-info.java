/**
 * What a node's past says of its next answer: counts of evidence that fade, an interval made of them by a formula that people
 * configure, and what changed. Pure: evidence carries its time, and the same evidence gives the same score, whenever it is counted.
 */
@NullMarked
package network.litewatch.controlplane.reputation;

import org.jspecify.annotations.NullMarked;
