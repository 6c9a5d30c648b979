/**
 * Tests that need several modules or a real HAProxy.
 *
 * <p>
 * {@link dev.spoa.it.Versions} finds the versions of HAProxy, {@link dev.spoa.it.Haproxy} is the test kit's HAProxy with
 * the configuration of the resources beside this package, and {@link dev.spoa.it.Client} sends requests to it and reads
 * the variables that the agent has set from its answers. {@code *IT} classes run once for each version.
 */
package dev.spoa.it;
