package dev.spoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.protocol.StatusCode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainCommandTest {
    @Test
    void explainsAValueOfTheLogWithTheStatusInIt() {
        Run run = Run.of("explain", "266");
        assertThat(run.out()).isEqualTo("""
                st=266: fragmentation not supported
                  Status 10 ended the connection while the event waited.
                  266 is 256 + 10, and status 10 is: fragmentation not supported. A message would have had to be
                  sent in fragments, or a frame came without FIN, towards a side that takes no fragments.
                  up to 3.0: A message was larger than max-frame-size - 32 and the agent takes no fragments. It
                  also ends every other event on that connection, so healthy requests show 266 (or 256, 257)
                  because of one large one, which itself may show st=1.
                  from 3.1: The agent sent a DISCONNECT with this code; HAProxy sends no fragments.
                  Likely causes:
                    - req.body, req.hdrs, cookies or URLs of one request that are larger than a frame
                    - the agent sends a frame without FIN
                  What to do:
                    - Up to 3.0: "no option send-frag-payload", or an agent that announces fragmentation.
                    - Raise tune.bufsize, or send less (part of the body, fewer headers).
                    - Decide on purpose what a request may do that was not checked.
                  HAProxy went on without the agent. Unless "option set-on-error" is set and a rule tests its
                  variable, the request passed unchecked; without "option continue-on-error" the later events of
                  the transaction are skipped, too.
                """);
        assertThat(run.exitCode()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            st=266 | st=266: fragmentation not supported
            ST 266 | st=266: fragmentation not supported
            st=4 | st=4: refused by the agent (up to 3.0), interrupted (from 3.1)
            status=4 | status 4: invalid frame received
            status-code 12 | status 12: frame-id not found
            frame is too big | status 3: frame is too big
            FRAME_TOO_BIG | status 3: frame is too big
            invalid-interlaced-frames | status 11: invalid interlaced frames
            200 | status 200: a code of the agent's own
            14 | status 14: a code of the agent's own
            6 | status 6: max-frame-size value not found
            st=0 | st=0: success
            st=261 | st=261: the connection ended with status N
            st=456 | st=456: the connection ended with status N
            4294967551 | st=4294967551: the connection ended with status N
            """)
    void takesACodeInManyForms(String code, String title) {
        Run run = Run.of(("explain " + code).split(" ", -1));
        assertThat(run.out()).startsWith(title + "\n");
        assertThat(run.exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "2", "3", "4", "5", "255"})
    void tellsBothMeaningsOfANumber(String code) {
        assertThat(Run.of("explain", code).out())
                .startsWith("This number has two meanings: in a DISCONNECT frame, and in HAProxy's log.\n")
                .contains("\nstatus " + code + ": ", "\nst=" + code + ": ");
    }

    @Test
    void saysWhichStatusIsInAValueOfTheLog() {
        assertThat(Run.of("explain", "st=269").out()).contains("269 is 256 + 13, and status 13 is: resource");
        assertThat(Run.of("explain", "st=456").out())
                .contains("456 is 256 + 200, and status 200 is: a code of the");
    }

    /** The two generations of HAProxy write different lines, so only one reading is left. */
    @Test
    void readsALineOfTheLog() {
        Run old = Run.of("explain", "Nov 25 03:12:44 lb haproxy[812]: SPOE: [waf]"
                + " <EVENT:on-frontend-http-request> sid=91 st=4 0/0/0/-1/15 0/3 0/0 7/9012");
        assertThat(old.out()).startsWith("""
                HAProxy up to 3.0, agent waf, EVENT:on-frontend-http-request, 15 ms

                st=4: refused by the agent""").contains("up to 3.0: The agent refused").doesNotContain("from 3.1: ");

        Run recent = Run.of("explain", "SPOE: [waf] <GROUP:check> sid=91 st=4 15 7/9012");
        assertThat(recent.out()).startsWith("""
                HAProxy 3.1 or later, agent waf, GROUP:check, 15 ms

                st=4: refused by the agent""").contains("from 3.1: HAProxy interrupted")
                .doesNotContain("up to 3.0: The");

        assertThat(Run.of("explain", "--json", "SPOE: [waf] <GROUP:check> sid=91 st=0 -1 7/9012").out())
                .contains("\"haproxy\":\"3.1 or later\"", "\"milliseconds\":-1", "\"number\":0");
    }

    @Test
    void listsAllCodes() {
        Run run = Run.of("explain");
        assertThat(run.exitCode()).isZero();
        for (StatusCode status : StatusCode.values()) {
            assertThat(run.out()).contains("%9d  %s\n".formatted(status.code(), status.reason()));
        }
        assertThat(run.out().lines()).contains("        1  processing timeout", "      257  connection lost while the"
                + " event waited", "  private  a code of the agent's own");
        assertThat(Run.of("explain", "--json").out()).contains("\"code\":\"status 99\"",
                "\"code\":\"st 255\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"st=6", "st=254", "-1", "nonsense", "1e3", "999999999999", "status=4294967296",
        "99999999999999"})
    void refusesWhatIsNoCode(String code) {
        Run run = Run.of("explain", "--", code);
        assertThat(run.err()).startsWith("unknown code: " + code + "\nExpected a status of a DISCONNECT");
        assertThat(run.out()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void writesJson() {
        assertThat(Run.of("explain", "--json", "264").out()).isEqualTo("""
                {"readings":[{"kind":"st","number":264,"code":"st 264","name":"unsupported version",\
                "what":"Status 8: the agent and HAProxy have no version of SPOP in common.","upTo30":"","from31":"",\
                "causes":["an old agent that speaks SPOP 1.0"],"do":["Use an agent that answers version \\"2.0\\"."],\
                "status":{"kind":"status","number":8,"code":"status 8","name":"unsupported version",\
                "what":"The two sides have no version of SPOP in common. HAProxy speaks 2.0 and nothing else.",\
                "upTo30":"","from31":"","causes":["an agent for SPOP 1.0 (HAProxy 1.7), or one that answers \\"1.0\\", \
                \\"2\\", or a library's version number"],"do":["Use an agent that answers version \\"2.0\\"."]}}]}
                """);
    }

    @ParameterizedTest
    @EnumSource
    void namesEachStatusAsHaproxyDoes(StatusCode status) {
        Explanation known = Explanation.all().get("status " + status.code());
        assertThat(known).isNotNull();
        assertThat(known.name()).isEqualTo(status.reason());
    }

    /** Operators read it in a hurry: each has all parts, in whole sentences, and not too much. */
    @Test
    void everyExplanationIsComplete() {
        Map<String, Explanation> all = Explanation.all();
        assertThat(all).hasSize(16 + 17);
        all.forEach((code, known) -> {
            assertThat(known.name()).as(code).isNotEmpty();
            assertThat(known.what()).as(code).endsWith(".").hasSizeLessThan(250);
            assertThat(known.old()).as(code).matches("(.*[.])?").hasSizeLessThan(350);
            assertThat(known.recent()).as(code).matches("(.*[.])?").hasSizeLessThan(350);
            assertThat(known.causes()).as(code).isNotEmpty().allMatch(cause -> !cause.endsWith("."));
            assertThat(known.actions()).as(code).isNotEmpty().allMatch(action -> action.endsWith("."));
        });
    }
}
