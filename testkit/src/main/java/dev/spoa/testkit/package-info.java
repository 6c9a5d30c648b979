/** What tests of agents need: an agent and an engine for each test, assertions on ACKs, a real HAProxy. */
@NullMarked
package dev.spoa.testkit;

import org.jspecify.annotations.NullMarked;
