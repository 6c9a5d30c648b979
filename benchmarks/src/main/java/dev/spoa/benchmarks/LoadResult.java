package dev.spoa.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code spopload} has measured. Latencies are in microseconds.
 *
 * @param acks the number of ACKs
 * @param rate ACKs per second
 * @param bad how many were wrong
 * @param p50 latency that half of them do not exceed
 * @param p99 latency that 99 % of them do not exceed
 * @param p999 latency that 99.9 % of them do not exceed
 * @param max the longest latency
 * @param cpu processor time of the agent for each, in microseconds
 */
record LoadResult(long acks, double rate, long bad, double p50, double p99, double p999, double max, double cpu) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Loads an agent in a closed loop. */
    static LoadResult measure(Lab lab, AgentProcess agent, Shape shape, double warm, double seconds)
            throws IOException, InterruptedException {
        return measure(lab, agent, shape, 0, warm, seconds);
    }

    /** Loads an agent with so many NOTIFYs per second; 0 is a closed loop. */
    static LoadResult measure(Lab lab, AgentProcess agent, Shape shape, int rate, double warm, double seconds)
            throws IOException, InterruptedException {
        List<Object> command = List.of(lab.program("spopload"), "127.0.0.1", agent.port(), shape.connections(),
                shape.depth(), shape.payload(), rate, warm, seconds, agent.pid());
        List<String> words = new ArrayList<>();
        command.forEach(word -> words.add(word.toString()));
        String output = Program.run(Program.pinned(Lab.LOAD_CORE, words));
        agent.checkAlive();
        return parse(output);
    }

    /**
     * Reads it.
     *
     * @throws MeasurementException if an answer was wrong, or there was none, or no CPU was counted
     */
    static LoadResult parse(String json) throws IOException {
        LoadResult result = JSON.readValue(json, LoadResult.class);
        if (result.bad > 0) {
            throw new MeasurementException(result.bad + " ACKs were wrong");
        }
        if (result.acks == 0) {
            throw new MeasurementException("there was no ACK");
        }
        if (!(result.cpu > 0)) {
            throw new MeasurementException("no CPU time was counted for the agent");
        }
        return result;
    }
}
