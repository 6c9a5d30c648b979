/**
 * The service of SPOE.txt's own example: HAProxy sends a client's address, the agent answers with a score from 0
 * (blacklisted) to 100 (safe). {@link dev.spoa.examples.ipreputation.IpReputationAgent} is the whole agent; the rest
 * reads the list of networks.
 */
@NullMarked
package dev.spoa.examples.ipreputation;

import org.jspecify.annotations.NullMarked;
