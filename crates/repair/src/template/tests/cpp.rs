//! What the templates have to propose in C and C++.

use super::LanguageFixtures;

pub(super) const CPP: LanguageFixtures = &[
    ("comparison", "bool f(int a, int b) { return a < b; }\n", "bool f(int a, int b) { return a <= b; }\n"),
    ("arithmetic", "int f(int a, int b) { return a + b; }\n", "int f(int a, int b) { return a - b; }\n"),
    ("logic", "bool f(bool a, bool b) { return a and b; }\n", "bool f(bool a, bool b) { return a or b; }\n"),
    ("logic", "bool f(bool a, bool b) { return a && b; }\n", "bool f(bool a, bool b) { return a || b; }\n"),
    ("augmented", "void f(int a) { a += 1; }\n", "void f(int a) { a -= 1; }\n"),
    ("augmented", "void f(int a) { a++; }\n", "void f(int a) { a--; }\n"),
    ("number", "int f(int a) { return -1; }\n", "int f(int a) { return 0; }\n"),
    ("number", "long f(long a) { return a * 10LL; }\n", "long f(long a) { return a * 100LL; }\n"),
    ("text", "char f() { return 'a'; }\n", "char f() { return 'A'; }\n"),
    ("text", "string f() { return \"yes\"; }\n", "string f() { return \"Yes\"; }\n"),
    ("boolean", "bool f() { return true; }\n", "bool f() { return false; }\n"),
    (
        "off_by_one",
        "int f(vector<int> v, int i) { return v[i]; }\n",
        "int f(vector<int> v, int i) { return v[i + 1]; }\n",
    ),
    ("off_by_one", "int f(string s) { return s.size(); }\n", "int f(string s) { return s.size() - 1; }\n"),
    ("variable", "int f(int a, int b) { return b; }\n", "int f(int a, int b) { return a; }\n"),
    (
        "variable",
        "int A::f(int a) { return m_low + m_high; }\n",
        "int A::f(int a) { return m_high + m_high; }\n",
    ),
    ("swap_operands", "int f(int a, int b) { return a - b; }\n", "int f(int a, int b) { return b - a; }\n"),
    (
        "swap_arguments",
        "int f(int a, int b) { return g(a, b); }\n",
        "int f(int a, int b) { return g(b, a); }\n",
    ),
    ("swap_branches", "int f(bool a) { return a ? 1 : 2; }\n", "int f(bool a) { return a ? 2 : 1; }\n"),
    (
        "swap_branches",
        "bool f(int a) {\n    if (a < 1) return false;\n    return true;\n}\n",
        "bool f(int a) {\n    if (a < 1) return true;\n    return false;\n}\n",
    ),
    (
        "swap_branches",
        "int f(int a) {\n    if (a) a = 1; else a = 2;\n    return a;\n}\n",
        "int f(int a) {\n    if (a) a = 2; else a = 1;\n    return a;\n}\n",
    ),
    ("delete_term", "int f(int a, int b) { return a * b; }\n", "int f(int a, int b) { return a; }\n"),
    ("delete_argument", "int f(int a) { return g(a, 1); }\n", "int f(int a) { return g(1); }\n"),
    ("unwrap_call", "double f(double a) { return std::abs(a); }\n", "double f(double a) { return a; }\n"),
    ("unwrap_call", "long f(long a) { return (int)a; }\n", "long f(long a) { return a; }\n"),
    (
        "negate",
        "int f(bool a) { if (a) return 1; return 0; }\n",
        "int f(bool a) { if (!a) return 1; return 0; }\n",
    ),
    (
        "callee",
        "int f(int a, int b) { return std::max<int>(a, b); }\n",
        "int f(int a, int b) { return std::min<int>(a, b); }\n",
    ),
    ("callee", "int f(V v) { return v.front(); }\n", "int f(V v) { return v.back(); }\n"),
    ("member", "int f(A* a) { return a->x - a->y; }\n", "int f(A* a) { return a->y - a->y; }\n"),
    ("wrap_call", "int f(int a) { return a; }\n", "int f(int a) { return std::abs(a); }\n"),
    ("wrap_call", "char f(char a) { return a; }\n", "char f(char a) { return tolower(a); }\n"),
    ("method_suffix", "int f(string a) { return g(a); }\n", "int f(string a) { return g(a.size()); }\n"),
    (
        "index",
        "int f(vector<int> v, int i) { return v[0]; }\n",
        "int f(vector<int> v, int i) { return v[v.size() - 1]; }\n",
    ),
    (
        "index",
        "int f(vector<int> v, int i) { return v[0]; }\n",
        "int f(vector<int> v, int i) { return v[i]; }\n",
    ),
    ("return_value", "int f(int a, int b) { return a + b; }\n", "int f(int a, int b) { return b; }\n"),
    (
        "delete_statement",
        "int f(int a) {\n    a += 1;\n    return a;\n}\n",
        "int f(int a) {\n    return a;\n}\n",
    ),
    (
        "move_statement",
        "void f(int a) {\n    g(a);\n    h(a);\n}\n",
        "void f(int a) {\n    h(a);\n    g(a);\n}\n",
    ),
    (
        "move_statement",
        "int f(int a) {\n    while (g(a)) {\n        a += 1;\n        return a;\n    }\n}\n",
        "int f(int a) {\n    while (g(a)) {\n        a += 1;\n    }\n    return a;\n}\n",
    ),
    (
        "move_statement",
        "void f(int a) {\n    while (g(a)) {\n        a += 1;\n    }\n    h(a);\n}\n",
        "void f(int a) {\n    while (g(a)) {\n        a += 1;\n        h(a);\n    }\n}\n",
    ),
    (
        "expression",
        "int f(vector<int> a, int best) { return g(a[0]); }\n",
        "int f(vector<int> a, int best) { return g(best); }\n",
    ),
    (
        "repeat_statement",
        "void f(V& a) {\n    a.pop();\n}\n",
        "void f(V& a) {\n    a.pop();\n    a.pop();\n}\n",
    ),
    (
        "guard",
        "int f(const std::vector<int>& a) {\n    return a[0];\n}\n",
        "int f(const std::vector<int>& a) {\n    if (a.empty()) {\n        return 0;\n    }\n    return a[0];\n}\n",
    ),
    (
        "guard",
        "int f(Cart* a) {\n    return a->b;\n}\n",
        "int f(Cart* a) {\n    if (a == nullptr) {\n        return 0;\n    }\n    return a->b;\n}\n",
    ),
    (
        "clause",
        "int f(Cart* a, bool b) { if (b) return 1; return 0; }\n",
        "int f(Cart* a, bool b) { if (a && b) return 1; return 0; }\n",
    ),
    ("add_argument", "int f(int a, int b) { return g(a); }\n", "int f(int a, int b) { return g(a, b); }\n"),
    ("add_term", "int f(int a, int b) { return a; }\n", "int f(int a, int b) { return a + b; }\n"),
    (
        "expression",
        "int f(vector<int> a, int i) { g(a[i]); return i; }\n",
        "int f(vector<int> a, int i) { g(a[i]); return a[i]; }\n",
    ),
    ("unordered", "void f() { std::unordered_map<int, int> a; }\n", "void f() { std::map<int, int> a; }\n"),
    (
        "tolerance",
        "bool f(double a, double b) { return a == b; }\n",
        "bool f(double a, double b) { return std::abs(a - b) < 1e-9; }\n",
    ),
    ("integer_width", "void f() { int a = 0; }\n", "void f() { long long a = 0; }\n"),
    (
        "integer_width",
        "long f(int a, int b) { return (unsigned int)a * b; }\n",
        "long f(int a, int b) { return (unsigned long long)a * b; }\n",
    ),
    (
        "regroup",
        "int f(int a, int b) { return a + b / 2; }\n",
        "int f(int a, int b) { return (a + b) / 2; }\n",
    ),
    (
        "insert_call",
        "vector<int> f(vector<int> a) {\n    return a;\n}\n",
        "vector<int> f(vector<int> a) {\n    std::sort(a.begin(), a.end());\n    return a;\n}\n",
    ),
    (
        "insert_call",
        "string f(string a) {\n    return a;\n}\n",
        "string f(string a) {\n    if (!a.empty()) { a.pop_back(); }\n    return a;\n}\n",
    ),
];

pub(super) const C: LanguageFixtures = &[
    ("comparison", "int f(int a, int b) { return a < b; }\n", "int f(int a, int b) { return a <= b; }\n"),
    (
        "callee",
        "int f(char *a) { return strcmp(a, \"x\"); }\n",
        "int f(char *a) { return strcasecmp(a, \"x\"); }\n",
    ),
    ("off_by_one", "int f(int *a, int i) { return a[i]; }\n", "int f(int *a, int i) { return a[i - 1]; }\n"),
    ("index", "int f(int *a, int i) { return a[0]; }\n", "int f(int *a, int i) { return a[i]; }\n"),
    (
        "guard",
        "int f(const char *a) {\n    return a[0];\n}\n",
        "int f(const char *a) {\n    if (a == NULL) {\n        return 0;\n    }\n    return a[0];\n}\n",
    ),
    (
        "expression",
        "int f(char *a, int b) { return b + 1; }\n",
        "int f(char *a, int b) { return strlen(a) + 1; }\n",
    ),
    ("negate", "void f(int a) { while (a) g(); }\n", "void f(int a) { while (!a) g(); }\n"),
    (
        "complete_swap",
        "void f(int *a, int i) {\n    int t = a[i];\n    a[i + 1] = t;\n}\n",
        "void f(int *a, int i) {\n    int t = a[i];\n    a[i] = a[i + 1];\n    a[i + 1] = t;\n}\n",
    ),
];
