package dev.spoa.engine;

import java.time.Duration;

/**
 * The result of a health check as {@code option spop-check} does it (section 5.1).
 *
 * @param up whether HAProxy would take the agent to be up
 * @param reason why, in a line
 * @param elapsed from the beginning of the connection to the result
 */
public record HealthCheck(boolean up, String reason, Duration elapsed) {}
