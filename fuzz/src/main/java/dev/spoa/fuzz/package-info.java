/**
 * Coverage-guided fuzzing of whatever reads bytes of a peer. {@link dev.spoa.fuzz.Target} names the targets; each is a
 * class in the package of what it tests, most of which nobody else can see. {@link dev.spoa.fuzz.FuzzCommand} is what
 * {@code scripts/fuzz} starts: it runs each target in a process of its own under Jazzer ({@link dev.spoa.fuzz.Campaign}).
 */
@NullMarked
package dev.spoa.fuzz;

import org.jspecify.annotations.NullMarked;
