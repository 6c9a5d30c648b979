package dev.spoa.conformance;

/** What a case does. */
@FunctionalInterface
interface Check {
    /**
     * Tests one thing. What it opens through the target is closed behind it.
     *
     * @param target the agent
     * @throws AssertionError if the agent fails: what was expected, and which bytes came
     * @throws NotRunException if it cannot be tested, with the reason
     * @throws Exception anything else counts as a failure of the agent, too
     */
    void run(Target target) throws Exception;
}
