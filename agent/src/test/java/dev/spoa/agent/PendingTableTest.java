package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PendingTableTest {
    private final PendingTable table = new PendingTable();

    private record Ids(long stream, long frame) {}

    private Exchange add(long streamId, long frameId) {
        Exchange exchange = Exchanges.of(streamId, frameId);
        table.add(exchange);
        return exchange;
    }

    private List<Exchange> all() {
        List<Exchange> all = new ArrayList<>();
        table.forEach(all::add);
        return all;
    }

    @Test
    void givesBackWhatWasAdded() {
        Exchange exchange = add(3, 1);

        assertThat(table.isEmpty()).isFalse();
        assertThat(table.remove(3, 2)).isNull();
        assertThat(table.remove(1, 3)).isNull();
        assertThat(table.remove(3, 1)).isSameAs(exchange);
        assertThat(table.remove(3, 1)).isNull();
        assertThat(table.isEmpty()).isTrue();
    }

    @Test
    void tellsIdsApartThatAnyHashOfThemWouldMix() {
        // equal under 31 * stream + frame
        Exchange one = add(1, 31);
        Exchange two = add(0, 62);
        Exchange three = add(2, 0);

        assertThat(table.remove(0, 62)).isSameAs(two);
        assertThat(table.remove(2, 0)).isSameAs(three);
        assertThat(table.remove(1, 31)).isSameAs(one);
        assertThat(table.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void agreesWithAHashMapUnderRandomOperations(long seed) {
        Random random = new Random(seed);
        Map<Ids, Exchange> reference = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            // waves, so that the table grows, empties and is used on
            boolean mostlyAdd = i % 5_000 < 2_500;
            Ids ids = new Ids(random.nextInt(400) * 2L + 1, random.nextInt(3));
            if (random.nextInt(10) < (mostlyAdd ? 7 : 3)) {
                if (!reference.containsKey(ids)) {
                    reference.put(ids, add(ids.stream, ids.frame));
                }
            } else {
                assertThat(table.remove(ids.stream, ids.frame)).isSameAs(reference.remove(ids));
            }
            assertThat(table.isEmpty()).isEqualTo(reference.isEmpty());
        }
        assertThat(all()).containsExactlyInAnyOrderElementsOf(reference.values());
    }

    @Test
    void letsTheConsumerRemoveWhatItIsGiven() {
        List<Exchange> odd = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            Exchange exchange = add(i, 1);
            if (i % 2 == 1) {
                odd.add(exchange);
            }
        }

        List<Exchange> seen = new ArrayList<>();
        table.forEach(exchange -> {
            seen.add(exchange);
            if (exchange.streamId() % 2 == 0) {
                assertThat(table.remove(exchange.streamId(), 1)).isSameAs(exchange);
            }
        });

        assertThat(seen).hasSize(500).doesNotHaveDuplicates();
        assertThat(all()).containsExactlyInAnyOrderElementsOf(odd);
    }

    @Test
    void drainsEverythingOnce() {
        List<Exchange> added = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            added.add(add(1, i));
        }

        List<Exchange> drained = new ArrayList<>();
        table.drain(drained::add);

        assertThat(drained).containsExactlyInAnyOrderElementsOf(added)
                .allMatch(exchange -> exchange.nextInBucket == null);
        assertThat(table.isEmpty()).isTrue();
        assertThat(all()).isEmpty();
        assertThat(table.remove(1, 5)).isNull();
        assertThat(table.remove(1, 5)).isNull();
        add(1, 5);
        assertThat(all()).hasSize(1);
    }

    @Test
    void spreadsTheIdsThatHaproxyGives() {
        // 1,024 consecutive odd stream-ids, frame-id 1, as HAProxy from 3.1 on counts them
        for (int i = 0; i < 1_024; i++) {
            add(2L * i + 1, 1);
        }
        int longest = 0;
        for (Exchange exchange : all()) {
            int length = 0;
            for (Exchange at = exchange; at != null; at = at.nextInBucket) {
                length++;
            }
            longest = Math.max(longest, length);
        }
        assertThat(longest).isLessThanOrEqualTo(8);
    }
}
