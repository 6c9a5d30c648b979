/** A black-box suite that tests any SPOA. */
module dev.spoa.conformance {
    requires transitive dev.spoa.engine;
    requires transitive org.jspecify;
    requires com.fasterxml.jackson.core;
    requires io.netty.buffer;
    requires java.xml;

    exports dev.spoa.conformance;
}
