//! What templates have to propose in Java.

use super::LanguageFixtures;

pub(super) const FIXTURES: LanguageFixtures = &[
    (
        "comparison",
        "class A {\n    boolean f(int a, int b) { return a < b; }\n}\n",
        "class A {\n    boolean f(int a, int b) { return a <= b; }\n}\n",
    ),
    (
        "arithmetic",
        "class A {\n    int f(int a, int b) { return a + b; }\n}\n",
        "class A {\n    int f(int a, int b) { return a - b; }\n}\n",
    ),
    (
        "logic",
        "class A {\n    boolean f(boolean a, boolean b) { return a && b; }\n}\n",
        "class A {\n    boolean f(boolean a, boolean b) { return a || b; }\n}\n",
    ),
    (
        "equality",
        "class A {\n    boolean f(List<Integer> a) { return a.get(0) != a.get(1); }\n}\n",
        "class A {\n    boolean f(List<Integer> a) { return !a.get(0).equals(a.get(1)); }\n}\n",
    ),
    (
        "equality",
        "class A {\n    boolean f(Object a, Object b) { return a == b; }\n}\n",
        "class A {\n    boolean f(Object a, Object b) { return java.util.Objects.equals(a, b); }\n}\n",
    ),
    (
        "augmented",
        "class A {\n    void f(int a) { a += 1; }\n}\n",
        "class A {\n    void f(int a) { a -= 1; }\n}\n",
    ),
    (
        "augmented",
        "class A {\n    void f(int n) { for (int i = n; i > 0; i++) { g(i); } }\n}\n",
        "class A {\n    void f(int n) { for (int i = n; i > 0; i--) { g(i); } }\n}\n",
    ),
    (
        "augmented",
        "class A {\n    void f(int n) { for (int i = 0; i < n; i++) { g(i); } }\n}\n",
        "class A {\n    void f(int n) { for (int i = 0; i < n; i += 2) { g(i); } }\n}\n",
    ),
    (
        "number",
        "class A {\n    long f() { return 10L; }\n}\n",
        "class A {\n    long f() { return 11L; }\n}\n",
    ),
    (
        "text",
        "class A {\n    String f() { return \"yes\"; }\n}\n",
        "class A {\n    String f() { return \"Yes\"; }\n}\n",
    ),
    ("text", "class A {\n    char f() { return '.'; }\n}\n", "class A {\n    char f() { return ','; }\n}\n"),
    (
        "boolean",
        "class A {\n    boolean f() { return true; }\n}\n",
        "class A {\n    boolean f() { return false; }\n}\n",
    ),
    (
        "off_by_one",
        "class A {\n    int f(int[] a, int i) { return a[i]; }\n}\n",
        "class A {\n    int f(int[] a, int i) { return a[i - 1]; }\n}\n",
    ),
    (
        "off_by_one",
        "class A {\n    int f(String a) { return a.length(); }\n}\n",
        "class A {\n    int f(String a) { return a.length() - 1; }\n}\n",
    ),
    (
        "variable",
        "class A {\n    int f(int a, int b) { return b; }\n}\n",
        "class A {\n    int f(int a, int b) { return a; }\n}\n",
    ),
    (
        "swap_operands",
        "class A {\n    int f(int a, int b) { return a - b; }\n}\n",
        "class A {\n    int f(int a, int b) { return b - a; }\n}\n",
    ),
    (
        "swap_arguments",
        "class A {\n    int f(int a, int b) { return g(a, b); }\n}\n",
        "class A {\n    int f(int a, int b) { return g(b, a); }\n}\n",
    ),
    (
        "swap_arguments",
        "class A {\n    boolean f(String a, String b) { return a.contains(b); }\n}\n",
        "class A {\n    boolean f(String a, String b) { return b.contains(a); }\n}\n",
    ),
    (
        "swap_branches",
        "class A {\n    int f(boolean a) { return a ? 1 : 2; }\n}\n",
        "class A {\n    int f(boolean a) { return a ? 2 : 1; }\n}\n",
    ),
    (
        "swap_branches",
        "class A {\n    int f(boolean a) { if (a) { return 1; } return 2; }\n}\n",
        "class A {\n    int f(boolean a) { if (a) { return 2; } return 1; }\n}\n",
    ),
    (
        "swap_branches",
        "class A {\n    int f(boolean a) { if (a) return 1; return 2; }\n}\n",
        "class A {\n    int f(boolean a) { if (a) return 2; return 1; }\n}\n",
    ),
    (
        "swap_branches",
        "class A {\n    void f(boolean a) { if (a) g(); else h(); }\n}\n",
        "class A {\n    void f(boolean a) { if (a) h(); else g(); }\n}\n",
    ),
    (
        "delete_term",
        "class A {\n    int f(int a, int b) { return a * b; }\n}\n",
        "class A {\n    int f(int a, int b) { return a; }\n}\n",
    ),
    (
        "delete_argument",
        "class A {\n    int f(String a) { return a.indexOf('x', 1); }\n}\n",
        "class A {\n    int f(String a) { return a.indexOf('x'); }\n}\n",
    ),
    (
        "unwrap_call",
        "class A {\n    String f(String a) { return a.trim(); }\n}\n",
        "class A {\n    String f(String a) { return a; }\n}\n",
    ),
    (
        "unwrap_call",
        "class A {\n    int f(int a) { return g(a); }\n}\n",
        "class A {\n    int f(int a) { return a; }\n}\n",
    ),
    (
        "negate",
        "class A {\n    void f(boolean a) { if (a) { g(); } }\n}\n",
        "class A {\n    void f(boolean a) { if (!a) { g(); } }\n}\n",
    ),
    (
        "negate",
        "class A {\n    boolean f(Object a) { return a instanceof B; }\n}\n",
        "class A {\n    boolean f(Object a) { return !(a instanceof B); }\n}\n",
    ),
    (
        "callee",
        "class A {\n    boolean f(String a) { return a.startsWith(\"x\"); }\n}\n",
        "class A {\n    boolean f(String a) { return a.endsWith(\"x\"); }\n}\n",
    ),
    (
        "callee",
        "class A {\n    int f(int a, int b) { return Math.min(a, b); }\n}\n",
        "class A {\n    int f(int a, int b) { return Math.max(a, b); }\n}\n",
    ),
    (
        "callee",
        "class A {\n    int f(int a) { return g(a); } int h(int a) { return a; }\n}\n",
        "class A {\n    int f(int a) { return h(a); } int h(int a) { return a; }\n}\n",
    ),
    (
        "member",
        "class A {\n    int f(P p) { return p.x - p.y; }\n}\n",
        "class A {\n    int f(P p) { return p.y - p.y; }\n}\n",
    ),
    (
        "wrap_call",
        "class A {\n    int f(int a) { return a; }\n}\n",
        "class A {\n    int f(int a) { return Math.abs(a); }\n}\n",
    ),
    (
        "wrap_call",
        "class A {\n    double f(int a, int b) { return a / b; }\n}\n",
        "class A {\n    double f(int a, int b) { return (double) a / b; }\n}\n",
    ),
    (
        "wrap_call",
        "class A {\n    String f(String a) { return a; }\n}\n",
        "class A {\n    String f(String a) { return a.substring(0, a.length() - 1); }\n}\n",
    ),
    (
        "method_suffix",
        "class A {\n    boolean f(String a) { return a.equals(\"x\"); }\n}\n",
        "class A {\n    boolean f(String a) { return a.toLowerCase().equals(\"x\"); }\n}\n",
    ),
    (
        "keyword_argument",
        "class A {\n    String[] f(String a) { return a.split(\",\"); }\n}\n",
        "class A {\n    String[] f(String a) { return a.split(\",\", -1); }\n}\n",
    ),
    (
        "index",
        "class A {\n    int f(int[] a, int i) { return a[i]; }\n}\n",
        "class A {\n    int f(int[] a, int i) { return a[a.length - 1]; }\n}\n",
    ),
    (
        "index",
        "class A {\n    int f(List<Integer> a) { return a.get(0); }\n}\n",
        "class A {\n    int f(List<Integer> a) { return a.get(a.size() - 1); }\n}\n",
    ),
    (
        "index",
        "class A {\n    char f(String a, int i) { return a; }\n}\n",
        "class A {\n    char f(String a, int i) { return a.charAt(i); }\n}\n",
    ),
    (
        "return_value",
        "class A {\n    int f(int a, int b) { return a + b; }\n}\n",
        "class A {\n    int f(int a, int b) { return b; }\n}\n",
    ),
    (
        "delete_statement",
        "class A {\n    int f(int a) {\n        a += 1;\n        return a;\n    }\n}\n",
        "class A {\n    int f(int a) {\n        return a;\n    }\n}\n",
    ),
    (
        "move_statement",
        "class A {\n    void f(int a) {\n        g(a);\n        h(a);\n    }\n}\n",
        "class A {\n    void f(int a) {\n        h(a);\n        g(a);\n    }\n}\n",
    ),
    (
        "move_statement",
        "class A {\n    int f(int[] a) {\n        for (int b : a) {\n            g(b);\n            return 1;\n        }\n    }\n}\n",
        "class A {\n    int f(int[] a) {\n        for (int b : a) {\n            g(b);\n        }\n        return 1;\n    }\n}\n",
    ),
    (
        "move_statement",
        "class A {\n    void f(int[] a) {\n        for (int b : a) {\n            g(b);\n        }\n        h();\n    }\n}\n",
        "class A {\n    void f(int[] a) {\n        for (int b : a) {\n            g(b);\n            h();\n        }\n    }\n}\n",
    ),
    (
        "repeat_statement",
        "class A {\n    void f(List<A> a) {\n        a.remove(0);\n    }\n}\n",
        "class A {\n    void f(List<A> a) {\n        a.remove(0);\n        a.remove(0);\n    }\n}\n",
    ),
    (
        "guard",
        "class A {\n    int f(int[] a) {\n        return a[0];\n    }\n}\n",
        "class A {\n    int f(int[] a) {\n        if (a.length == 0) {\n            return 0;\n        }\n        return a[0];\n    }\n}\n",
    ),
    (
        "guard",
        "class A {\n    int f(String a) {\n        return a.length();\n    }\n}\n",
        "class A {\n    int f(String a) {\n        if (a == null) {\n            return 0;\n        }\n        return a.length();\n    }\n}\n",
    ),
    (
        "clause",
        "class A {\n    void f(String a, boolean b) { if (b) { g(a); } }\n}\n",
        "class A {\n    void f(String a, boolean b) { if (a != null && b) { g(a); } }\n}\n",
    ),
    (
        "add_argument",
        "class A {\n    int f(int a, int b) { return g(a); }\n}\n",
        "class A {\n    int f(int a, int b) { return g(a, b); }\n}\n",
    ),
    (
        "add_term",
        "class A {\n    int f(int a, int b) { return g(a); }\n}\n",
        "class A {\n    int f(int a, int b) { return g(a) + b; }\n}\n",
    ),
    (
        "expression",
        "class A {\n    int f(int[] a, int i) { g(a[i]); return i; }\n}\n",
        "class A {\n    int f(int[] a, int i) { g(a[i]); return a[i]; }\n}\n",
    ),
    (
        "expression",
        "class A {\n    int f(int[] a, int n) { return n + 1; }\n}\n",
        "class A {\n    int f(int[] a, int n) { return a.length + 1; }\n}\n",
    ),
    (
        "unordered",
        "class A {\n    Map<A, B> f() { return new HashMap<>(); }\n}\n",
        "class A {\n    Map<A, B> f() { return new java.util.LinkedHashMap<>(); }\n}\n",
    ),
    (
        "seed",
        "class A {\n    Random f() { return new Random(); }\n}\n",
        "class A {\n    Random f() { return new Random(0); }\n}\n",
    ),
    (
        "tolerance",
        "class A {\n    boolean f(double a, double b) { return a == b; }\n}\n",
        "class A {\n    boolean f(double a, double b) { return Math.abs(a - b) < 1e-9; }\n}\n",
    ),
    (
        "lookup_default",
        "class A {\n    int f(Map<A, Integer> a, A k) { return a.get(k) + 1; }\n}\n",
        "class A {\n    int f(Map<A, Integer> a, A k) { return a.getOrDefault(k, 0) + 1; }\n}\n",
    ),
    (
        "integer_width",
        "class A {\n    long f() {\n        int a = 0;\n        return a;\n    }\n}\n",
        "class A {\n    long f() {\n        long a = 0;\n        return a;\n    }\n}\n",
    ),
    (
        "integer_width",
        "class A {\n    double f(double a) { return (int) a; }\n}\n",
        "class A {\n    double f(double a) { return (long) a; }\n}\n",
    ),
    (
        "saturating",
        "class A {\n    int f(int a, int b) { return a % b; }\n}\n",
        "class A {\n    int f(int a, int b) { return Math.floorMod(a, b); }\n}\n",
    ),
    (
        "saturating",
        "class A {\n    long f(int a, int b) { return a * b; }\n}\n",
        "class A {\n    long f(int a, int b) { return (long) a * b; }\n}\n",
    ),
    (
        "regroup",
        "class A {\n    int f(int a, int b) { return a + b / 2; }\n}\n",
        "class A {\n    int f(int a, int b) { return (a + b) / 2; }\n}\n",
    ),
    (
        "insert_call",
        "class A {\n    List<A> f(List<A> a) {\n        return a;\n    }\n}\n",
        "class A {\n    List<A> f(List<A> a) {\n        Collections.sort(a);\n        return a;\n    }\n}\n",
    ),
    (
        "insert_call",
        "class A {\n    int f(int[] a) {\n        return a[0];\n    }\n}\n",
        "class A {\n    int f(int[] a) {\n        Arrays.sort(a);\n        return a[0];\n    }\n}\n",
    ),
    (
        "repeat_statement",
        "class A {\n    void f(List<A> a, List<A> r) {\n        for (int i = 0; i < 3; i++) {\n            r.add(a.get(i));\n        }\n    }\n}\n",
        "class A {\n    void f(List<A> a, List<A> r) {\n        for (int i = 0; i < 3; i++) {\n            r.add(a.get(i));\n        }\n        r.add(a.get(a.size() - 1));\n    }\n}\n",
    ),
    (
        "expression",
        "class A {\n    void f(List<Integer> a) {\n        int b = 1;\n        g(a.get(2));\n    }\n}\n",
        "class A {\n    void f(List<Integer> a) {\n        int b = a.get(0);\n        g(a.get(2));\n    }\n}\n",
    ),
    (
        "unwrap_call",
        "class A { int f(int a) { return Math.abs(a); } }\n",
        "class A { int f(int a) { return a; } }\n",
    ),
    (
        "member",
        "class A { int f() { return Integer.MIN_VALUE; } }\n",
        "class A { int f() { return Integer.MAX_VALUE; } }\n",
    ),
    (
        "range_end",
        "class A { void f(int n) { for (int i = 0; i < n; i++) { g(i); } } }\n",
        "class A { void f(int n) { for (int i = n - 1; i >= 0; i--) { g(i); } } }\n",
    ),
    (
        "range_end",
        "class A { void f(int n) { for (int i = n; i > 0; i--) { g(i); } } }\n",
        "class A { void f(int n) { for (int i = 1; i <= n; i++) { g(i); } } }\n",
    ),
    (
        "complete_swap",
        "class A { void f(int[] a, int i) {\n    int t = a[i];\n    a[i + 1] = t;\n} }\n",
        "class A { void f(int[] a, int i) {\n    int t = a[i];\n    a[i] = a[i + 1];\n    a[i + 1] = t;\n} }\n",
    ),
    (
        "swap_literals",
        "class A { boolean f(String a) { return a.charAt(0) == ' ' && a.charAt(1) == 'I'; } }\n",
        "class A { boolean f(String a) { return a.charAt(0) == 'I' && a.charAt(1) == ' '; } }\n",
    ),
];
