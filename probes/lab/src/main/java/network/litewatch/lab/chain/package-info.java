/** What goes wrong with the chain itself, and with an account that pays for gas on it. */
@NullMarked
package network.litewatch.lab.chain;

import org.jspecify.annotations.NullMarked;
