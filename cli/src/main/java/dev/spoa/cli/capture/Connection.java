package dev.spoa.cli.capture;

/** A TCP connection in a capture. */
public final class Connection {
    private final int number;
    private final boolean isStartCaptured;
    private final int initialSequence;
    private final Flow request;
    private final Flow response;

    Connection(int number, Endpoint client, Endpoint server, boolean isStartCaptured, int initialSequence) {
        this.number = number;
        this.isStartCaptured = isStartCaptured;
        this.initialSequence = initialSequence;
        this.request = new Flow(this, client, server);
        this.response = new Flow(this, server, client);
    }

    /**
     * Its place among the connections of the capture.
     *
     * @return from 1
     */
    public int number() {
        return number;
    }

    /**
     * Whether the capture has its first packets. If not, who opened it is a guess.
     *
     * @return whether it has
     */
    public boolean isStartCaptured() {
        return isStartCaptured;
    }

    /**
     * What the client sends.
     *
     * @return from the one that opened the connection
     */
    public Flow request() {
        return request;
    }

    /**
     * What the server sends.
     *
     * @return to the one that opened the connection
     */
    public Flow response() {
        return response;
    }

    boolean isOpenedBy(TcpSegment syn) {
        return isStartCaptured && initialSequence == syn.sequence() && request.source().equals(syn.source());
    }

    @Override
    public String toString() {
        return request.source() + " > " + request.destination();
    }
}
