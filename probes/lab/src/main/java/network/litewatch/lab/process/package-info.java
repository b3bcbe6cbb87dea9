/**
 * The lab's child processes: started, watched, and never left behind.
 */
@NullMarked
package network.litewatch.lab.process;

import org.jspecify.annotations.NullMarked;
