/**
 * The conformance cases C01 to C51 and the abuse cases A01 to A27 of section 9 of the protocol reference, as far as they
 * concern an agent, over real sockets. The names of the tests begin with the case's id.
 *
 * <p>
 * Each test has an agent of its own with the messages of the fixture agent ({@link AgentUnderTest}) and, unless it says
 * otherwise, a neighbour: a connection that was there before, has a NOTIFY pending all the time, and must get its answer
 * in the end whatever the test's own connections have done ({@link EndpointTest}).
 */
package dev.spoa.agent.conformance;
