/**
 * Runbooks: Markdown with front matter, checked against the rules that link to them, and shown as pages.
 *
 * <p>A leaf after {@code alert}: knows rules' values; nothing but the wiring and the API knows it.
 */
@NullMarked
package network.litewatch.controlplane.runbook;

import org.jspecify.annotations.NullMarked;
