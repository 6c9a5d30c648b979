/**
 * The proof that the suite can fail, first part: {@link dev.spoa.conformance.broken.BrokenAgent} is an agent of its own,
 * without any of this project's agent code. Without a fault it passes every {@code must} case; with one
 * {@link dev.spoa.conformance.broken.Fault} it must fail one that names the fault.
 */
@NullMarked
package dev.spoa.conformance.broken;

import org.jspecify.annotations.NullMarked;
