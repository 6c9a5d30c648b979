/**
 * The proof that the suite can fail, third part: an agent of forty lines of C that frames, answers HELLO and finds one
 * argument, and checks nothing. Which cases it fails, and why, is in {@code docs/conformance-floor.md}.
 */
@NullMarked
package dev.spoa.conformance.floor;

import org.jspecify.annotations.NullMarked;
