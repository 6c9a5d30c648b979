/**
 * The proof that the suite can fail, second part: {@link dev.spoa.conformance.proxy.FaultProxy} stands before a correct
 * agent and does one kind of harm to frames at places that follow from a seed.
 */
@NullMarked
package dev.spoa.conformance.proxy;

import org.jspecify.annotations.NullMarked;
