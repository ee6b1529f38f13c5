package com.example;

import java.util.ArrayList;
import java.util.List;

/** Works on text. */
public final class Text {
    private static final int LOCK_TIMEOUT_MS = 100;

    private Text() {}

    /** Breaks a text into lines of at most width characters. */
    public static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        for (int at = 0; at + width < text.length(); at += width) {
            lines.add(text.substring(at, at + width));
        }
        return lines;
    }

    /** Reads a number. */
    public static int number(String text) {
        return Integer.parseInt(text);
    }
}
