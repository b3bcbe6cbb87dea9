/**
 * What is promised, and how much of it is used up: SLOs, their error budgets and how fast these burn. Pure: no clock, file,
 * socket or database. Files are read by {@code files}, counts are kept by {@code store}.
 */
@NullMarked
package network.litewatch.controlplane.slo;

import org.jspecify.annotations.NullMarked;
