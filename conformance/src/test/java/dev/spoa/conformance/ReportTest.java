package dev.spoa.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.spoa.conformance.Report.AgentEnd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

final class ReportTest {
    private static final Check NOTHING = target -> {
    };

    private static CaseResult result(String id, Level level, Outcome outcome, String details) {
        Case one = level == Level.MUST ? Case.must(id, "does <" + id + ">", "9.1", NOTHING)
                : Case.should(id, "does <" + id + ">", "9.1", NOTHING);
        return new CaseResult(one, outcome, details, Duration.ofMillis(1_234));
    }

    private static final List<CaseResult> RESULTS = List.of(result("C01", Level.MUST, Outcome.PASSED, ""),
            result("C02", Level.MUST, Outcome.FAILED, "expected \"a\"\nbut \u0000\u001b came & <went>"),
            result("C11", Level.SHOULD, Outcome.FAILED, "no"), result("C16", Level.MUST, Outcome.NOT_RUN, "because"),
            result("Z99", Level.SHOULD, Outcome.PASSED, ""));

    private static Report report(AgentEnd end, String trouble) {
        return new Report("127.0.0.1:9000", 42, Duration.ofMillis(2_345), RESULTS, end, trouble);
    }

    private static final Report SERVED = report(AgentEnd.SERVED, "");

    private static String text(Report report, boolean verbose, boolean colours) {
        StringWriter out = new StringWriter();
        report.writeText(new PrintWriter(out), verbose, colours);
        return out.toString().replace(System.lineSeparator(), "\n");
    }

    @Test
    void textHasALineForEachGroupAndWhatDidNotPass() {
        assertThat(text(SERVED, false, false)).isEqualTo("""
                agent 127.0.0.1:9000, seed 42

                HELLO                      1 of 3 passed
                  FAILED  C02           must   does <C02> (9.1)
                          expected "a"
                          but \0\033 came & <went>
                  FAILED  C11           should does <C11> (9.1)
                          no

                NOTIFY                     0 of 1 passed
                  not run C16           must   does <C16> (9.1)
                          because

                Others                     1 of 1 passed

                must:     1 passed, 1 failed, 1 not run
                should:   1 passed, 1 failed, 0 not run
                not conformant: a must case failed (2.3 s)
                """);
    }

    @Test
    void verboseTextHasWhatPassedToo() {
        assertThat(text(SERVED, true, false)).contains("  passed  C01           must   does <C01> (9.1)\n",
                "  passed  Z99           should does <Z99> (9.1)\n");
    }

    @Test
    void coloursAreOnlyThereWhenAskedFor() {
        assertThat(text(SERVED, true, false)).doesNotContain("\u001b[3");
        assertThat(text(SERVED, true, true)).contains("\u001b[31mFAILED \u001b[0m C02",
                "\u001b[33mFAILED \u001b[0m C11",
                "\u001b[33mnot run\u001b[0m C16", "\u001b[32mpassed \u001b[0m C01");
    }

    @Test
    void agentThatWasLostIsSaidOnce() {
        assertThat(text(report(AgentEnd.LOST, "because"), false, false)).doesNotContain("C16")
                .contains("not conformant: because (2.3 s)\n");
        assertThat(text(report(AgentEnd.UNREACHABLE, "Connection refused"), false, false)).isEqualTo("""
                agent 127.0.0.1:9000, seed 42
                the agent cannot be reached: Connection refused (2.3 s)
                """);
    }

    @Test
    void jsonSaysTheSameToPrograms() throws IOException {
        StringWriter out = new StringWriter();
        SERVED.writeJson(out);
        List<String> leaves = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(out.toString())) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isScalarValue()) {
                    leaves.add(parser.getParsingContext().pathAsPointer() + " " + parser.getText());
                }
            }
        }
        assertThat(leaves).startsWith("/agent 127.0.0.1:9000", "/seed 42", "/seconds 2.345", "/end served",
                "/conformant false", "/counts/must/passed 1", "/counts/must/failed 1", "/counts/must/notRun 1",
                "/counts/should/passed 1", "/counts/should/failed 1", "/counts/should/notRun 0", "/cases/0/id C01",
                "/cases/0/title does <C01>", "/cases/0/group HELLO", "/cases/0/section 9.1", "/cases/0/level must",
                "/cases/0/outcome passed", "/cases/0/seconds 1.234", "/cases/1/id C02");
        assertThat(leaves).contains("/cases/1/details expected \"a\"\nbut \u0000\u001b came & <went>",
                "/cases/3/outcome notRun", "/cases/4/group Others").doesNotContain("/trouble ");
        out.getBuffer().setLength(0);
        report(AgentEnd.LOST, "because").writeJson(out);
        assertThat(out.toString()).contains("\"end\" : \"lost\"", "\"trouble\" : \"because\"");
    }

    private static Document junit(boolean strict) throws Exception {
        StringWriter out = new StringWriter();
        SERVED.writeJunit(out, strict);
        return DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new ByteArrayInputStream(out.toString().getBytes(UTF_8)));
    }

    private static Element element(Document document, String name, int index) {
        return (Element) document.getElementsByTagName(name).item(index);
    }

    @Test
    void junitHasASuiteForEachGroupAndCountsOnlyWhatTheExitCodeCounts() throws Exception {
        Document document = junit(false);
        Element all = document.getDocumentElement();
        assertThat(List.of(all.getTagName(), all.getAttribute("tests"), all.getAttribute("failures"),
                all.getAttribute("skipped"), all.getAttribute("time")))
                .containsExactly("testsuites", "5", "1", "2", "2.345");
        assertThat(document.getElementsByTagName("testsuite").getLength()).isEqualTo(3);
        assertThat(document.getElementsByTagName("testcase").getLength()).isEqualTo(5);
        assertThat(element(document, "testcase", 0).getAttribute("name")).isEqualTo("C01 does <C01>");
        assertThat(element(document, "testcase", 0).getAttribute("classname")).isEqualTo("spoa.must.HELLO");
        Element failure = element(document, "failure", 0);
        assertThat(failure.getAttribute("message")).isEqualTo("expected \"a\"");
        assertThat(failure.getTextContent()).isEqualTo("expected \"a\"\nbut ?? came & <went>");
        assertThat(element(document, "skipped", 0).getAttribute("message"))
                .isEqualTo("failed, but it only should pass: no");
        assertThat(element(document, "skipped", 1).getAttribute("message")).isEqualTo("because");
        assertThat(element(document, "property", 1).getAttribute("value")).isEqualTo("42");
    }

    @Test
    void strictJunitCountsShouldCasesToo() throws Exception {
        Document document = junit(true);
        assertThat(document.getDocumentElement().getAttribute("failures")).isEqualTo("2");
        assertThat(element(document, "failure", 1).getAttribute("type")).isEqualTo("should");
    }
}
