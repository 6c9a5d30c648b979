package dev.spoa.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How a duration is written on the command line: {@code 500ms}, {@code 1.5s}, {@code 2m}, or a number of seconds. */
final class DurationSyntax implements ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|)");

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long SECONDS_PER_MINUTE = 60;

    @Override
    public Duration convert(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new TypeConversionException("expected a duration like 500ms, 10s or 2m, but \"" + text + "\" came");
        }
        double number = Double.parseDouble(form.group(1));
        long unit = switch (form.group(2)) {
            case "ms" -> NANOS_PER_MILLI;
            case "m" -> SECONDS_PER_MINUTE * NANOS_PER_SECOND;
            default -> NANOS_PER_SECOND;
        };
        return Duration.ofNanos((long) (number * unit));
    }
}
