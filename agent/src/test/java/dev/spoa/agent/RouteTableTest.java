package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {
    private static Map<String, Route> routes(Collection<String> names) {
        Map<String, Route> routes = new LinkedHashMap<>();
        for (String name : names) {
            Route.Definition definition = new Route.Definition();
            definition.handler = new Route.Handler.Direct((message, reply) -> {
            });
            routes.put(name, new Route(name, definition, new AgentBuilder()));
        }
        return routes;
    }

    private static Route find(RouteTable table, byte[] name) {
        // between bytes that are no part of the name
        byte[] in = new byte[5 + name.length + 1];
        System.arraycopy(name, 0, in, 5, name.length);
        return table.find(in, 5, name.length);
    }

    private static Route find(RouteTable table, String name) {
        return find(table, name.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertFinds(Collection<String> names) {
        Map<String, Route> routes = routes(names);
        RouteTable table = new RouteTable(routes.values());
        routes.forEach((name, route) -> assertThat(find(table, name)).as(name).isSameAs(route));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 100, 300})
    void findsEveryNameOfATableOfAnySize(int size) {
        Random random = new Random(size);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            names.add("m".repeat(random.nextInt(4)) + random.nextInt(10) + "-" + i);
        }
        assertFinds(names);

        RouteTable table = new RouteTable(routes(names).values());
        assertThat(find(table, "m-" + size)).isNull();
        assertThat(find(table, "")).isNull();
    }

    @Test
    void findsNamesThatShareLengthAndTheBytesThatAreHashed() {
        assertFinds(List.of("12345678-a-12345678", "12345678-b-12345678", "12345678-c-12345678",
                "12345678a12345678", "12345678b12345678"));
    }

    @Test
    void findsNamesThatDifferInTheZeroesBeforeThem() {
        assertFinds(List.of("a", "\0a", "\0\0a", "a\0"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 23, 24, 25, 32, 33, 239, 240, 300})
    void tellsNamesApartThatDifferInAnyOneByte(int length) {
        byte[] name = "n".repeat(length).getBytes(StandardCharsets.UTF_8);
        RouteTable table = new RouteTable(routes(List.of("n".repeat(length))).values());

        assertThat(find(table, name)).isNotNull();
        for (int i = 0; i < length; i++) {
            name[i] = 'o';
            assertThat(find(table, name)).as("another letter at %d", i).isNull();
            name[i] = 'n';
        }
    }

    @Test
    void findsNamesOfOneByteAndNamesBeyondAscii() {
        assertFinds(List.of("a", "b", "\u00e9", "caf\u00e9", "\ud83d\ude00"));
    }

    @Test
    void findsNothingForANearMiss() {
        Set<String> names = Set.of("get-ip-reputation", "get-ip-reputatiom", "check", "c");
        RouteTable table = new RouteTable(routes(names).values());
        for (String name : names) {
            assertThat(find(table, name + "x")).isNull();
            assertThat(find(table, "x" + name)).isNull();
            assertThat(find(table, name + name)).isNull();
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < bytes.length; i++) {
                byte[] changed = bytes.clone();
                changed[i] ^= 0x20;
                assertThat(find(table, changed)).as("%s changed at %d", name, i).isNull();
            }
            if (name.length() > 1) {
                assertThat(find(table, name.substring(1))).isNull();
                assertThat(find(table, name.substring(0, name.length() - 1))).isNull();
            }
        }
    }

    @Test
    void findsNothingForBytesThatAreNoUtf8() {
        RouteTable table = new RouteTable(routes(List.of("\ufffd")).values());

        assertThat(find(table, new byte[] {(byte) 0xFF})).isNull();
        assertThat(find(table, new byte[] {(byte) 0xFF, (byte) 0xFE, (byte) 0xFD})).isNull();
    }
}
