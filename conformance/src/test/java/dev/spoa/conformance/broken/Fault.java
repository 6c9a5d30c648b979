package dev.spoa.conformance.broken;

import dev.spoa.conformance.Level;
import java.util.List;
import java.util.regex.Pattern;

/** One thing that an agent may do wrong, which cases must fail of it, and by which word their report names it. */
enum Fault {
    /** Nothing is wrong. */
    NONE("", ""),

    // HELLO (section 2)

    /** AGENT-HELLO is written in two pieces, cut after its first eleven bytes. */
    HELLO_SPLIT("C05", "does not split its AGENT-HELLO"),
    /** AGENT-HELLO has no {@code version}. */
    HELLO_WITHOUT_VERSION("C01", "version"),
    /** AGENT-HELLO has no {@code max-frame-size}. */
    HELLO_WITHOUT_SIZE("C01", "max-frame-size"),
    /** AGENT-HELLO has no {@code capabilities}. */
    HELLO_WITHOUT_CAPABILITIES("C01 C12", "capabilities"),
    /** AGENT-HELLO says version 2.1. */
    HELLO_OF_VERSION_2_1("C01", "2\\.1"),
    /** AGENT-HELLO answers a byte more than the engine offered. */
    SIZE_ABOVE_THE_OFFER("C01", "max-frame-size"),
    /** AGENT-HELLO announces {@code async}. */
    ASYNC_ANNOUNCED("C01.async", "does not announce async"),
    /** A HELLO is accepted that does not offer version 2.0. */
    ANY_VERSION_ACCEPTED("A10", "offers only old versions"),
    /** {@code supported-versions} must be "2.0" and nothing else. */
    VERSION_COMPARED_AS_TEXT("C08", "version 2.0 among others"),
    /** A HELLO without {@code pipelining} is refused. */
    PIPELINING_REQUIRED("C03", "empty capabilities"),
    /** A HELLO without {@code engine-id} is refused, and so is every health check. */
    ENGINE_ID_REQUIRED("C12", "health check"),
    /** A HELLO with its keys in another order than HAProxy's is refused. */
    KEY_ORDER_ASSUMED("C10", "keys of a HELLO in any order"),
    /** A key that only begins like a known one is taken for it. */
    KEYS_MATCHED_BY_PREFIX("C09.prefix", "begin like known ones"),
    /** A HELLO with keys that the agent does not know is refused. */
    UNKNOWN_KEYS_REFUSED("C09", "unknown keys"),
    /** A max-frame-size below 256 is accepted. */
    TINY_FRAMES_ACCEPTED("A12", "max-frame-size below 256"),
    /** A HELLO that offers frames above 64 KiB is refused. */
    OFFER_CAPPED_AT_64_KIB("C07", "max-frame-size 65532, 98300"),
    /** A second HELLO is answered like the first. */
    SECOND_HELLO_ACCEPTED("A06", "HELLO twice"),
    /** A NOTIFY before HELLO is handled. */
    NOTIFY_BEFORE_HELLO_ACCEPTED("A05", "first frame is not HAPROXY-HELLO"),
    /** A connection that never says HELLO stays open. */
    HELLO_TIMEOUT_MISSING("A25", "HELLO is not complete"),
    /** A DISCONNECT follows the AGENT-HELLO of a health check. */
    DISCONNECT_BEHIND_HEALTH_CHECK("C12", "nothing behind it"),

    // Frames (section 1.1)

    /** A body is waited for whatever LENGTH says. */
    LENGTH_TRUSTED("A03", "LENGTH is above the limit"),
    /** A LENGTH below 7 is passed over. */
    SHORT_FRAMES_SKIPPED("A01 A02", "LENGTH is (0|from 1 to 6)"),
    /** What one read gives is taken for the whole frame. */
    SHORT_READS_AS_FRAMES("C34", "cut in two at any byte"),
    /** The beginning of a frame that is cut by the end of a read is dropped. */
    CUT_FRAMES_DROPPED("C35", "three frames and a half"),
    /** Only the first frame of each read is seen. */
    ONE_FRAME_OF_EACH_READ("C35", "three frames and a half"),
    /** A frame of exactly max-frame-size is refused. */
    LARGEST_FRAME_REFUSED("C36", "exactly max-frame-size"),
    /** Larger frames are agreed on, and then refused. */
    FRAMES_CAPPED_AT_64_KIB("C07.frames X57", "large max-frame-size|above 64 KiB"),
    /** Frames that only agents send are passed over. */
    AGENT_FRAMES_IGNORED("A24", "frame of an agent"),
    /** A NOTIFY with a reserved flag is refused. */
    RESERVED_FLAGS_REFUSED("C48", "reserved flags"),
    /** An unknown frame type ends the connection, which the specification allows. */
    UNKNOWN_TYPES_REFUSED("C47", "unknown type"),

    // Payloads (sections 1.2 to 1.4)

    /** A message with fewer arguments than NB-ARGS says is handled. */
    NB_ARGS_NOT_CHECKED("A18", "fewer arguments than NB-ARGS"),
    /** Bytes behind the last message that form none are ignored. */
    TRAILING_BYTES_IGNORED("A19", "bytes behind its last argument"),
    /** A value of a reserved type is taken for NULL. */
    RESERVED_TYPES_AS_NULL("A17", "type from 10 to 15"),
    /** A string length goes through a 32-bit integer. */
    LENGTHS_NARROWED("A15", "2\\^32.* as the length"),
    /** A string that is longer than the frame ends with the frame. */
    LENGTHS_CLAMPED("A15", "string longer than the rest"),
    /** A varint above 2^64-1 wraps. */
    VARINTS_WRAP("A14", "varint above 2\\^64-1"),
    /** A varint that is cut by the end of the frame is completed with zero. */
    CUT_VARINTS_COMPLETED("A13", "varint cut by the end"),
    /** Values alias the receive buffer, which the next NOTIFY overwrites. */
    BUFFER_REUSED("X01", "its own values back"),

    // NOTIFY (section 3)

    /** Stream-id 0 is taken for an error. */
    STREAM_0_REFUSED("C17", "stream-id 0"),
    /** Ids that are pending already are a protocol error. */
    IDS_MUST_BE_NEW("C37", "ids of one that is pending"),
    /** Only the first message of a NOTIFY is handled. */
    ONLY_FIRST_MESSAGE("C23", "all messages of a NOTIFY"),
    /** Each message of a NOTIFY gets an ACK of its own. */
    ACK_FOR_EACH_MESSAGE("C23", "one ACK"),
    /** A NOTIFY gets its ACK twice. */
    TWO_ACKS("C30", "exactly once"),
    /** A NOTIFY with a failing handler gets no ACK. */
    NO_ACK_AFTER_HANDLER_ERROR("C27", "handler throws"),
    /** A failing handler ends its connection. */
    CLOSES_ON_HANDLER_ERROR("C27", "handler throws"),
    /** A failing handler ends the agent. */
    DIES_ON_HANDLER_ERROR("C27", "handler throws"),
    /** A failing message takes back what the messages before it have set. */
    FAILURE_TAKES_ALL_BACK("C27.others", "takes back only"),
    /** A NOTIFY with an unknown message gets no ACK. */
    NO_ACK_FOR_UNKNOWN_MESSAGE("C26", "unknown message"),
    /** Nothing to set, no ACK. */
    NO_ACK_WITHOUT_ACTIONS("C24", "empty ACK"),
    /** A NOTIFY without messages gets no ACK. */
    NO_ACK_FOR_EMPTY_NOTIFY("C24", "NOTIFY without messages"),

    // ACK (sections 1.4 and 3.6)

    /** FIN is not set. */
    ACK_WITHOUT_FIN("C16", "flags"),
    /** The highest flag is set besides FIN. */
    ACK_WITH_RESERVED_FLAGS("C16", "flags"),
    /** The flags have the byte order of SPOP 1.0. */
    ACK_WITH_LITTLE_ENDIAN_FLAGS("C16", "flags"),
    /** The stream-id is one too large. */
    STREAM_ID_NEXT("C16", "stream"),
    /** The stream-id is the one of the NOTIFY that came last. */
    STREAM_ID_OF_LATEST("C30", "exactly once"),
    /** The frame-id is 0. */
    FRAME_ID_ALWAYS_0("C16", "frame"),
    /** The frame-id is 1, which is right for HAProxy from 3.1 on. */
    FRAME_ID_ALWAYS_1("C18", "frame-ids byte for byte"),
    /** Ids go through a signed 32-bit integer. */
    IDS_NARROWED("C18", "up to 2\\^32-1"),
    /** The scope proc is 1 and not 0. */
    SCOPES_COUNTED_FROM_ONE("C28", "each scope"),
    /** The value false is written as true. */
    FALSE_AS_TRUE("C28.bool", "false as 01"),
    /** The value true is written as 01. */
    TRUE_WITHOUT_FLAG("C28.bool", "true as 11"),
    /** The value true is written as 31. */
    TRUE_WITH_THREE_FLAGS("C28.bool", "true as 11"),
    /** A negative INT32 is written as five bytes. */
    NEGATIVES_AS_32_BITS("C28.integers", "negative ones as ten bytes"),
    /** An INT64 goes through a 32-bit integer. */
    LONGS_NARROWED("C20", "64-bit integers exact"),
    /** All integers come back as INT64. */
    INTEGER_TYPES_MERGED("C28.integers", "integers of every type"),
    /** An IPv4-mapped IPv6 address comes back as IPv4. */
    MAPPED_IPV6_AS_IPV4("C28.addresses", "::ffff:"),
    /** Strings are decoded as UTF-8 and encoded again. */
    STRINGS_RECODED("C22", "malformed UTF-8"),
    /** A string ends at its first NUL. */
    STRINGS_END_AT_NUL("C22", "NUL"),
    /** BINARY comes back as STRING. */
    BINARY_AS_STRING("C28.strings", "BINARY"),
    /** A NULL value sets nothing. */
    NULLS_DROPPED("C29.null", "SET-VAR of NULL"),
    /** Arguments without a name come back, too. */
    EMPTY_NAMES_ECHOED("C19", "unnamed"),
    /** Of arguments with the same name only the last comes back. */
    DUPLICATE_NAMES_COLLAPSED("C19", "duplicate"),
    /** Arguments come in reverse order. */
    ARGUMENTS_REVERSED("C19", "in order"),
    /** UNSET-VAR has a type byte before the name. */
    UNSET_VAR_WITH_STRAY_TYPE("C29 X52", "UNSET-VAR.* bare"),
    /** UNSET-VAR says that it has three arguments. */
    UNSET_VAR_WITH_THREE_ARGUMENTS("C29", "UNSET-VAR as 02 02"),
    /** An ACK above max-frame-size is sent. */
    OVERSIZE_ACK_SENT("C50", "no ACK above max-frame-size"),
    /** An ACK above max-frame-size is cut in the middle of an action. */
    OVERSIZE_ACK_CUT("C50", "above max-frame-size"),
    /** An ACK above max-frame-size becomes a DISCONNECT. */
    OVERSIZE_ACK_DISCONNECTS("C50", "answers by its policy"),
    /** An ACK above max-frame-size is not sent at all. */
    OVERSIZE_ACK_FORGOTTEN("C50", "answers by its policy"),

    // Concurrency (section 3.2)

    /** A connection is not read while a handler runs. */
    SERIAL("X02", "before a slow one that came earlier on the same connection"),
    /** All connections share one thread for their handlers. */
    ONE_WORKER("X03", "slow NOTIFY delay another connection"),
    /** An ACK waits for the ones of earlier NOTIFYs. */
    ACKS_IN_ORDER_OF_NOTIFYS("C31", "order in which the handlers end"),
    /** An ACK is written in two pieces, and those of others come between. */
    WRITES_INTERLEAVED("C30.pieces", "in one piece, not mixed"),
    /** Pending NOTIFYs are found by their ids, whatever their connection. */
    PENDING_KEYED_WITHOUT_CONNECTION("C32", "on the connection of the NOTIFY"),
    /** A connection is accepted when the one before has ended. */
    ONE_CONNECTION_AT_A_TIME("X33", "while 500 connections are open"),
    /** At the limit of NOTIFYs in flight a connection is not read. */
    READS_NO_MORE_AT_LIMIT("A26.disconnect A26.eof", "NOTIFYs that still wait"),
    /** NOTIFYs above the limit of those in flight get no ACK. */
    NO_ACK_ABOVE_LIMIT("A26", "in flight"),

    // The end of a connection (section 4)

    /** A DISCONNECT is not answered. */
    DISCONNECT_NOT_ANSWERED("C38", "HAPROXY-DISCONNECT by AGENT-DISCONNECT"),
    /** A DISCONNECT is answered, and the connection stays open. */
    OPEN_AFTER_DISCONNECT("C38", "and closes"),
    /** ACKs of pending NOTIFYs follow the DISCONNECT. */
    ACK_AFTER_DISCONNECT("C39", "no ACK any more"),

    // Fragments (section 3.4)

    /** Fragments are put together in reverse order. */
    FRAGMENTS_JOINED_BACKWARDS("C45", "three fragments together"),
    /** A NOTIFY that the engine has given up is handled. */
    ABORT_ANSWERED("C46", "aborted"),
    /** A fragment of another NOTIFY is put to the open one. */
    FRAGMENTS_OF_TWO_MIXED("A22", "mixes the fragments"),
    /** Fragments are collected without a limit. */
    FRAGMENTS_UNBOUNDED("A23", "fragments never end");

    private final String cases;
    private final Pattern word;

    /**
     * @param cases the ids of the cases that must fail, between blanks
     * @param word what must be found in the title or the message of one of them, whatever its case
     */
    Fault(String cases, String word) {
        this.cases = cases;
        this.word = Pattern.compile(word, Pattern.CASE_INSENSITIVE);
    }

    /** Of the cases: what the specification leaves open, or HAProxy does itself, is no more than advice. */
    Level level() {
        return this == UNKNOWN_TYPES_REFUSED || this == KEYS_MATCHED_BY_PREFIX ? Level.SHOULD : Level.MUST;
    }

    Pattern word() {
        return word;
    }

    List<String> cases() {
        return List.of(cases.split(" "));
    }

    boolean isNamedBy(String report) {
        return word.matcher(report).find();
    }
}
