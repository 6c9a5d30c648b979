/** A black-box suite that tests any SPOA. */
@NullMarked
package dev.spoa.conformance;

import org.jspecify.annotations.NullMarked;
