package dev.spoa.conformance;

import java.util.List;

/**
 * Cases that belong together.
 *
 * @param title what they are about
 * @param cases the cases, in the order of their ids
 */
public record CaseGroup(String title, List<Case> cases) {}
