/**
 * The contracts' events as a chain's RPCs show them: ABIs by version, logs decoded without trust, ranges read with a limit
 * that is learnt, and what was read checked against the headers.
 *
 * <p>Fed by the control plane's indexer, which keeps the cursor. Never keeps a text that somebody put into a contract: task
 * data and results can hold people's prompts.
 */
@NullMarked
package network.litewatch.probe.chain;

import org.jspecify.annotations.NullMarked;
