/** The smallest complete agent: scores the addresses of clients. */
module dev.spoa.examples.ipreputation {
    requires dev.spoa.agent;
    requires inet.ipaddr;
}
