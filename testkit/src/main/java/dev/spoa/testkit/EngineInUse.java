package dev.spoa.testkit;

/** Placeholder. */
public final class EngineInUse {
    private EngineInUse() {}
}
