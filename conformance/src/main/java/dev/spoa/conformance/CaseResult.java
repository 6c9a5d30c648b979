package dev.spoa.conformance;

import java.time.Duration;

/**
 * How one case ended.
 *
 * @param of the case
 * @param outcome how it ended
 * @param details what was expected and which bytes came, or why it was not run; empty if it passed
 * @param elapsed how long it took
 */
public record CaseResult(Case of, Outcome outcome, String details, Duration elapsed) {}
