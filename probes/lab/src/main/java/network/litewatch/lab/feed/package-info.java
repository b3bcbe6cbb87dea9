/** A stand-in for the broadcast feed of an Arbitrum Nitro sequencer. */
@NullMarked
package network.litewatch.lab.feed;

import org.jspecify.annotations.NullMarked;
