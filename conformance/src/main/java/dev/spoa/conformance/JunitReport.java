package dev.spoa.conformance;

import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A report for build servers, in the XML that they know from JUnit. It agrees with the exit code: a should case that
 * failed is a failure when these count and otherwise skipped, with its details.
 */
final class JunitReport {
    private final Report report;
    private final boolean strict;
    private final XMLStreamWriter xml;

    private JunitReport(Report report, boolean strict, XMLStreamWriter xml) {
        this.report = report;
        this.strict = strict;
        this.xml = xml;
    }

    static void write(Report report, boolean strict, Writer out) throws XMLStreamException {
        XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out);
        new JunitReport(report, strict, xml).write();
        xml.flush();
        xml.close();
    }

    private void write() throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        start("testsuites");
        attributes(report.results(), TextReport.seconds(report.elapsed()));
        for (Map.Entry<String, List<CaseResult>> group : report.byGroup().entrySet()) {
            write(group.getKey(), group.getValue());
        }
        end();
        xml.writeEndDocument();
    }

    private void write(String group, List<CaseResult> results) throws XMLStreamException {
        start("testsuite");
        xml.writeAttribute("name", group);
        attributes(results, results.stream().mapToDouble(one -> TextReport.seconds(one.elapsed())).sum());
        start("properties");
        property("agent", report.agent());
        property("seed", Long.toString(report.seed()));
        end();
        for (CaseResult result : results) {
            write(group, result);
        }
        end();
    }

    private void attributes(List<CaseResult> results, double seconds) throws XMLStreamException {
        long failures = results.stream().filter(this::isFailure).count();
        long passed = results.stream().filter(one -> one.outcome() == Outcome.PASSED).count();
        xml.writeAttribute("tests", Integer.toString(results.size()));
        xml.writeAttribute("failures", Long.toString(failures));
        xml.writeAttribute("errors", "0");
        xml.writeAttribute("skipped", Long.toString(results.size() - failures - passed));
        xml.writeAttribute("time", time(seconds));
    }

    private boolean isFailure(CaseResult result) {
        return result.outcome() == Outcome.FAILED && (strict || result.of().level() == Level.MUST);
    }

    private void property(String name, String value) throws XMLStreamException {
        xml.writeEmptyElement("property");
        xml.writeAttribute("name", name);
        xml.writeAttribute("value", value);
    }

    private void write(String group, CaseResult result) throws XMLStreamException {
        start("testcase");
        xml.writeAttribute("classname", "spoa." + TextReport.name(result.of().level()) + "." + group);
        xml.writeAttribute("name", result.of().toString());
        xml.writeAttribute("time", time(TextReport.seconds(result.elapsed())));
        if (result.outcome() != Outcome.PASSED) {
            String first = printable(result.details().lines().findFirst().orElse(""));
            if (isFailure(result)) {
                start("failure");
                xml.writeAttribute("type", TextReport.name(result.of().level()));
                xml.writeAttribute("message", first);
                xml.writeCharacters(printable(result.details()));
                end();
            } else {
                xml.writeEmptyElement("skipped");
                xml.writeAttribute("message",
                        result.outcome() == Outcome.FAILED ? "failed, but it only should pass: " + first : first);
            }
        }
        end();
    }

    private void start(String element) throws XMLStreamException {
        xml.writeCharacters("\n");
        xml.writeStartElement(element);
    }

    private void end() throws XMLStreamException {
        xml.writeEndElement();
    }

    private static String time(double seconds) {
        return String.format(Locale.ROOT, "%.3f", seconds);
    }

    /** XML has no way to write most control characters, and an agent may have written any. */
    private static String printable(String text) {
        return text.replaceAll("[^\\t\\n\\x20-\\uD7FF\\uE000-\\uFFFD]", "?");
    }
}
