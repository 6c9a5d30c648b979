package dev.spoa.conformance;

import java.util.List;
import java.util.stream.Stream;

/** X01 and on: what experience adds to section 9. */
final class ExtraCases {
    private ExtraCases() {}

    static List<Case> all() {
        return Stream.of(ConcurrencyExtra.all(), DeliveryExtra.all(), SlowReaderExtra.all(), BurstExtra.all(),
                FuzzExtra.all(), GrammarExtra.all(), EndExtra.all(), ProcessExtra.all()).flatMap(List::stream).toList();
    }
}
