/**
 * Rehearsals of runbooks: what a drill is, and how one runs, as a value and a step. Pure: no clock, file, socket or database;
 * time and what is seen arrive as arguments. Drills are read by {@code files}, faults made through {@code lab}, runs kept by
 * {@code store}.
 */
@NullMarked
package network.litewatch.controlplane.drill;

import org.jspecify.annotations.NullMarked;
