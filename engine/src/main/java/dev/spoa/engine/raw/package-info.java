/**
 * A connection of which every byte is the caller's: what tests and the conformance suite need to be a peer that breaks
 * the rules. For this project's own modules only.
 */
@NullMarked
package dev.spoa.engine.raw;

import org.jspecify.annotations.NullMarked;
