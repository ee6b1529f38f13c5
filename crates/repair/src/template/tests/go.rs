//! What templates have to propose in Go.

use super::LanguageFixtures;

pub(super) const FIXTURES: LanguageFixtures = &[
    ("comparison", "func f(a, b int) bool { return a < b }", "func f(a, b int) bool { return a <= b }"),
    ("arithmetic", "func f(a, b int) int { return a + b }", "func f(a, b int) int { return a - b }"),
    ("logic", "func f(a, b bool) bool { return a && b }", "func f(a, b bool) bool { return a || b }"),
    ("augmented", "func f(a, b int) { a += b }", "func f(a, b int) { a -= b }"),
    ("augmented", "func f(a int) { a++ }", "func f(a int) { a-- }"),
    (
        "augmented",
        "func f() {\n\terr := g()\n\tif ok {\n\t\terr := h()\n\t}\n}",
        "func f() {\n\terr := g()\n\tif ok {\n\t\terr = h()\n\t}\n}",
    ),
    ("number", "func f() int { return 1 }", "func f() int { return 2 }"),
    ("text", "func f() string { return \"yes\" }", "func f() string { return \"Yes\" }"),
    ("text", "func f(r rune) bool { return r == ',' }", "func f(r rune) bool { return r == ' ' }"),
    ("boolean", "func f() bool { return true }", "func f() bool { return false }"),
    (
        "off_by_one",
        "func f(a []int, i int) int { return a[i] }",
        "func f(a []int, i int) int { return a[i - 1] }",
    ),
    (
        "off_by_one",
        "func f(n int) {\n\tfor i := 0; i < n; i++ {\n\t}\n}",
        "func f(n int) {\n\tfor i := 0; i < n + 1; i++ {\n\t}\n}",
    ),
    ("variable", "func f(a, b int) int { return a }", "func f(a, b int) int { return b }"),
    ("swap_operands", "func f(a, b int) int { return a - b }", "func f(a, b int) int { return b - a }"),
    (
        "swap_arguments",
        "func f(a, b string) bool { return g(a, b) }",
        "func f(a, b string) bool { return g(b, a) }",
    ),
    (
        "swap_arguments",
        "func f(a, b int) (int, int) { return a, b }",
        "func f(a, b int) (int, int) { return b, a }",
    ),
    (
        "swap_branches",
        "func f(a bool) int {\n\tif a {\n\t\treturn 1\n\t}\n\treturn 2\n}",
        "func f(a bool) int {\n\tif a {\n\t\treturn 2\n\t}\n\treturn 1\n}",
    ),
    (
        "swap_branches",
        "func f(a bool) {\n\tif a {\n\t\tg()\n\t} else {\n\t\th()\n\t}\n}",
        "func f(a bool) {\n\tif a {\n\t\th()\n\t} else {\n\t\tg()\n\t}\n}",
    ),
    ("delete_term", "func f(a, b int) int { return a * b }", "func f(a, b int) int { return a }"),
    ("delete_argument", "func f() []int { return []int{1, 2} }", "func f() []int { return []int{1} }"),
    (
        "unwrap_call",
        "package p\nimport \"strings\"\nfunc f(a string) string { return strings.TrimSpace(a) }",
        "package p\nimport \"strings\"\nfunc f(a string) string { return a }",
    ),
    ("unwrap_call", "func f(a bool) bool { return !a }", "func f(a bool) bool { return a }"),
    ("unwrap_call", "func f(a []int) []int { return a[1:] }", "func f(a []int) []int { return a }"),
    ("negate", "func f(a bool) {\n\tif a {\n\t\tg()\n\t}\n}", "func f(a bool) {\n\tif !a {\n\t\tg()\n\t}\n}"),
    (
        "negate",
        "func f(a bool) {\n\tfor a {\n\t\tg()\n\t}\n}",
        "func f(a bool) {\n\tfor !a {\n\t\tg()\n\t}\n}",
    ),
    (
        "callee",
        "func f(a string) bool { return strings.HasPrefix(a, \"x\") }",
        "func f(a string) bool { return strings.HasSuffix(a, \"x\") }",
    ),
    ("callee", "func f(d D) int64 { return d.Unix() }", "func f(d D) int64 { return d.UnixMilli() }"),
    ("callee", "func f(a int) int { return g(a) + h(a) }", "func f(a int) int { return h(a) + h(a) }"),
    ("member", "func f(c C) int { return c.a + c.b }", "func f(c C) int { return c.b + c.b }"),
    (
        "wrap_call",
        "func f(a float64) float64 { return a }",
        "func f(a float64) float64 { return math.Abs(a) }",
    ),
    ("index", "func f(a []int, i int) int { return a[i] }", "func f(a []int, i int) int { return a[0] }"),
    ("index", "func f(a []int) int { return a[0] }", "func f(a []int) int { return a[len(a)-1] }"),
    (
        "slice",
        "func f(s string, n int) string { return s[n:] }",
        "func f(s string, n int) string { return s[:n] }",
    ),
    ("slice", "func f(s []int) []int { return s }", "func f(s []int) []int { return s[:len(s)-1] }"),
    ("slice", "func f(s []int) []int { return s[1:] }", "func f(s []int) []int { return s[1:len(s)-1] }"),
    ("return_value", "func f(a, b int) int { return a + b }", "func f(a, b int) int { return a }"),
    (
        "return_value",
        "func f(a int) (int, error) { return g(a) }",
        "func f(a int) (int, error) { return 0, nil }",
    ),
    ("delete_statement", "func f(a int) {\n\ta++\n\tg(a)\n}", "func f(a int) {\n\tg(a)\n}"),
    ("move_statement", "func f(a int) {\n\tg(a)\n\th(a)\n}", "func f(a int) {\n\th(a)\n\tg(a)\n}"),
    (
        "move_statement",
        "func f(a []int) bool {\n\tfor _, b := range a {\n\t\tg(b)\n\t\treturn true\n\t}\n}",
        "func f(a []int) bool {\n\tfor _, b := range a {\n\t\tg(b)\n\t}\n\treturn true\n}",
    ),
    (
        "repeat_statement",
        "func f(a, r []int) []int {\n\tfor _, b := range a {\n\t\tr = append(r, b)\n\t}\n\treturn r\n}",
        "func f(a, r []int) []int {\n\tfor _, b := range a {\n\t\tr = append(r, b)\n\t}\n\tr = append(r, a[len(a)-1])\n\treturn r\n}",
    ),
    (
        "guard",
        "func f(a []int) (int, error) {\n\treturn a[0], nil\n}",
        "func f(a []int) (int, error) {\n\tif len(a) == 0 {\n\t\treturn 0, nil\n\t}\n\treturn a[0], nil\n}",
    ),
    (
        "guard",
        "func f(as []*T) {\n\tfor _, a := range as {\n\t\tg(a)\n\t}\n}",
        "func f(as []*T) {\n\tfor _, a := range as {\n\t\tif a == nil {\n\t\t\tcontinue\n\t\t}\n\t\tg(a)\n\t}\n}",
    ),
    (
        "clause",
        "func f(a *T, b bool) {\n\tif b {\n\t\tg()\n\t}\n}",
        "func f(a *T, b bool) {\n\tif a != nil && b {\n\t\tg()\n\t}\n}",
    ),
    ("add_argument", "func f(a, b int) int { return g(a) }", "func f(a, b int) int { return g(a, b) }"),
    ("add_term", "func f(a, b int) int { return a }", "func f(a, b int) int { return a + b }"),
    (
        "add_term",
        "func f(a, b string) string { return a + b }",
        "func f(a, b string) string { return a + \".\" + b }",
    ),
    (
        "expression",
        "func f(a []int, i, j int) int {\n\tx := a[i]\n\treturn x + j\n}",
        "func f(a []int, i, j int) int {\n\tx := a[i]\n\treturn x + a[i]\n}",
    ),
    (
        "regroup",
        "func f(a, b, c int) int { return a + b*c }",
        "func f(a, b, c int) int { return (a + b) * c }",
    ),
    (
        "insert_call",
        "func f(a []int) []int {\n\tb := append([]int{}, a...)\n\treturn b\n}",
        "func f(a []int) []int {\n\tb := append([]int{}, a...)\n\tsort.Ints(b)\n\treturn b\n}",
    ),
    (
        "repeat_while",
        "func f(a []int) []int {\n\tif len(a) > 3 {\n\t\ta = a[1:]\n\t}\n\treturn a\n}",
        "func f(a []int) []int {\n\tfor len(a) > 3 {\n\t\ta = a[1:]\n\t}\n\treturn a\n}",
    ),
    (
        "copy_statement",
        "func (s *S) f(a bool) {\n\tif a {\n\t\ts.n++\n\t} else {\n\t\tg(s)\n\t}\n}",
        "func (s *S) f(a bool) {\n\tif a {\n\t\ts.n++\n\t} else {\n\t\tg(s)\n\t\ts.n++\n\t}\n}",
    ),
    (
        "copy_statement",
        "func f(s *S) {\n\tif s.full {\n\t\ts.reset()\n\t}\n\ts.run()\n}",
        "func f(s *S) {\n\tif s.full {\n\t\ts.reset()\n\t}\n\ts.reset()\n\ts.run()\n}",
    ),
    (
        "complete_swap",
        "func f(a []int, i int) {\n\tt := a[i]\n\ta[i+1] = t\n}",
        "func f(a []int, i int) {\n\tt := a[i]\n\ta[i] = a[i+1]\n\ta[i+1] = t\n}",
    ),
    (
        "every_literal",
        "func f(a bool) string {\n\tif a {\n\t\treturn \"a,\"\n\t}\n\treturn g(\"a,\")\n}",
        "func f(a bool) string {\n\tif a {\n\t\treturn \"a\"\n\t}\n\treturn g(\"a\")\n}",
    ),
    (
        "invert_result",
        "func f(a int) bool {\n\tif a > 3 {\n\t\treturn true\n\t}\n\treturn false\n}",
        "func f(a int) bool {\n\tif a > 3 {\n\t\treturn false\n\t}\n\treturn true\n}",
    ),
    (
        "add_else",
        "func f(a []int) (int, int) {\n\tm, n := 0, 0\n\tfor _, b := range a {\n\t\tif b > 0 {\n\t\t\tm++\n\t\t}\n\t}\n\treturn m, n\n}",
        "func f(a []int) (int, int) {\n\tm, n := 0, 0\n\tfor _, b := range a {\n\t\tif b > 0 {\n\t\t\tm++\n\t\t} else {\n\t\t\tn++\n\t\t}\n\t}\n\treturn m, n\n}",
    ),
];
