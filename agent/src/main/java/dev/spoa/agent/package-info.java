/**
 * An agent for HAProxy's Stream Processing Offload Engine: your own logic, asked by HAProxy about every request.
 *
 * <p>
 * {@link dev.spoa.agent.Agent#builder()} is the way in. A handler gets a {@link dev.spoa.agent.Message} and fills a
 * {@link dev.spoa.agent.Reply}; which of three kinds it is decides on which thread it runs and whether it may block:
 *
 * <table class="striped">
 * <caption>The kinds of handler</caption>
 * <tr><th>registered with</th><th>thread</th><th>may block</th><th>its message is valid</th></tr>
 * <tr><td>{@link dev.spoa.agent.AgentBuilder#on on}</td><td>a virtual thread</td><td>yes</td>
 * <td>as long as you hold it</td></tr>
 * <tr><td>{@link dev.spoa.agent.AgentBuilder#onAsync onAsync}</td><td>event loop</td><td>no</td>
 * <td>as long as you hold it</td></tr>
 * <tr><td>{@link dev.spoa.agent.AgentBuilder#onInline onInline}</td><td>event loop</td><td>no</td>
 * <td>until the handler returns</td></tr>
 * </table>
 *
 * <p>
 * Every NOTIFY is answered by exactly one ACK. Where a handler cannot give an answer, the
 * {@link dev.spoa.agent.FailurePolicy} does. {@link dev.spoa.agent.Limits} bounds everything that a peer can ask for.
 */
@NullMarked
package dev.spoa.agent;

import org.jspecify.annotations.NullMarked;
