package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTest {
    @Test
    void wraps() {
        assertEquals(List.of("abcd", "efgh", "ij"), Text.wrap("abcdefghij", 4));
    }

    @Test
    void readsNumbers() {
        assertEquals(1815, Text.number("1815"));
    }
}
