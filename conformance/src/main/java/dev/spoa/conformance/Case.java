package dev.spoa.conformance;

/**
 * One thing that an agent must or should do. Its id is that of section 9, {@code C01} or {@code A12}; where an id has
 * several parts worth a line of their own, the others have a name behind it, {@code A12.status}.
 */
public final class Case {
    private final String id;
    private final String title;
    private final String section;
    private final Level level;
    private final Check check;
    private final Turn turn;
    private final boolean testable;

    /** Which cases may run beside this one. */
    enum Turn {
        /** Any other of this turn and the next one; it starts early, because it takes long. */
        FIRST,
        /** Any other of this turn. */
        TOGETHER,
        /** None: it measures, or needs what the agent has. */
        ALONE,
        /** None, and the agent is gone afterwards. */
        LAST
    }

    private Case(String id, String title, String section, Level level, Check check, Turn turn, boolean testable) {
        this.id = id;
        this.title = title;
        this.section = section;
        this.level = level;
        this.check = check;
        this.turn = turn;
        this.testable = testable;
    }

    static Case must(String id, String title, String section, Check check) {
        return new Case(id, title, section, Level.MUST, check, Turn.TOGETHER, true);
    }

    static Case should(String id, String title, String section, Check check) {
        return new Case(id, title, section, Level.SHOULD, check, Turn.TOGETHER, true);
    }

    /** What the reference asks for and nobody can see from outside. */
    static Case untestable(String id, String title, String section, String reason) {
        return new Case(id, title, section, Level.MUST, target -> {
            throw new NotRunException(reason);
        }, Turn.TOGETHER, false);
    }

    /** The same, but it starts early: for those that wait for a timeout of the agent, beside all others. */
    Case first() {
        return new Case(id, title, section, level, check, Turn.FIRST, testable);
    }

    /** The same, but nothing else runs meanwhile: for floods, bursts, and whatever measures. */
    Case alone() {
        return new Case(id, title, section, level, check, Turn.ALONE, testable);
    }

    /** The same, but it comes after all others, because it ends the agent. */
    Case last() {
        return new Case(id, title, section, level, check, Turn.LAST, testable);
    }

    /**
     * The id.
     *
     * @return as in section 9, perhaps with a part's name behind a point
     */
    public String id() {
        return id;
    }

    /**
     * What a correct agent does.
     *
     * @return a phrase like "answers a NOTIFY without messages with an empty ACK"
     */
    public String title() {
        return title;
    }

    /**
     * Where {@code docs/protocol.md} says so.
     *
     * @return sections like "9.1, 2.2"
     */
    public String section() {
        return section;
    }

    /**
     * How much it matters.
     *
     * @return its level
     */
    public Level level() {
        return level;
    }

    /**
     * Whether nothing else may run meanwhile.
     *
     * @return whether it has the agent for itself
     */
    public boolean isAlone() {
        return turn == Turn.ALONE || turn == Turn.LAST;
    }

    /**
     * Whether it can be tested from outside at all.
     *
     * @return false if it is listed only to say that it cannot
     */
    public boolean isTestable() {
        return testable;
    }

    Turn turn() {
        return turn;
    }

    void run(Target target) throws Exception {
        check.run(target);
    }

    @Override
    public String toString() {
        return id + " " + title;
    }
}
