/** The command {@code spoa}. */
@NullMarked
package dev.spoa.cli;

import org.jspecify.annotations.NullMarked;
