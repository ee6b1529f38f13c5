//! What the templates propose in JavaScript and TypeScript.

use super::LanguageFixtures;

pub(super) const JAVASCRIPT: LanguageFixtures = &[
    ("comparison", "function f(a, b) { return a < b; }\n", "function f(a, b) { return a <= b; }\n"),
    ("comparison", "function f(a) { return a === 1; }\n", "function f(a) { return a !== 1; }\n"),
    ("comparison", "function f(a) { return a == 1; }\n", "function f(a) { return a != 1; }\n"),
    ("arithmetic", "const f = (a) => a * 2;\n", "const f = (a) => a ** 2;\n"),
    ("logic", "const f = (a, b) => a && b;\n", "const f = (a, b) => a || b;\n"),
    ("augmented", "function f(a) { a += 1; }\n", "function f(a) { a -= 1; }\n"),
    ("augmented", "function f(a) { a.n++; }\n", "function f(a) { a.n--; }\n"),
    ("number", "const f = (a) => a % 24;\n", "const f = (a) => a % 25;\n"),
    ("text", "const f = () => 'yes';\n", "const f = () => 'Yes';\n"),
    ("text", "const f = () => `yes`;\n", "const f = () => `Yes`;\n"),
    ("text", "const f = () => '';\n", "const f = () => ' ';\n"),
    ("boolean", "const f = () => true;\n", "const f = () => false;\n"),
    ("off_by_one", "const f = (a) => a.length;\n", "const f = (a) => a.length - 1;\n"),
    (
        "off_by_one",
        "function f(n) { for (let i = 0; i < n; i++) {} }\n",
        "function f(n) { for (let i = 0; i < n + 1; i++) {} }\n",
    ),
    ("variable", "const f = (a, b) => b;\n", "const f = (a, b) => a;\n"),
    ("swap_operands", "const f = (a, b) => a - b;\n", "const f = (a, b) => b - a;\n"),
    ("swap_arguments", "const f = (a, b) => g(a, b);\n", "const f = (a, b) => g(b, a);\n"),
    ("swap_branches", "const f = (a) => (a ? 1 : 2);\n", "const f = (a) => (a ? 2 : 1);\n"),
    (
        "swap_branches",
        "function f(a) { if (a) { g(); } else { h(); } }\n",
        "function f(a) { if (a) { h(); } else { g(); } }\n",
    ),
    (
        "swap_branches",
        "function f(a) {\n  if (a) return 1;\n  return 2;\n}\n",
        "function f(a) {\n  if (a) return 2;\n  return 1;\n}\n",
    ),
    ("delete_term", "const f = (a, b) => a + b;\n", "const f = (a, b) => a;\n"),
    ("delete_argument", "const f = (a) => g(a, 1);\n", "const f = (a) => g(a);\n"),
    ("unwrap_call", "const f = (a) => a.trim();\n", "const f = (a) => a;\n"),
    ("unwrap_call", "const f = (a) => new Set(a);\n", "const f = (a) => a;\n"),
    ("negate", "function f(a) { if (a) g(); }\n", "function f(a) { if (!a) g(); }\n"),
    ("negate", "function f(a) { while (g(a)) {} }\n", "function f(a) { while (!g(a)) {} }\n"),
    ("callee", "const f = (a, b) => a.endsWith(b);\n", "const f = (a, b) => a.startsWith(b);\n"),
    ("callee", "const f = (a) => Math.floor(a);\n", "const f = (a) => Math.ceil(a);\n"),
    ("member", "function f(a) { a.b = 1; return a.c; }\n", "function f(a) { a.b = 1; return a.b; }\n"),
    ("wrap_call", "const f = (a, b) => a / b;\n", "const f = (a, b) => Math.floor(a / b);\n"),
    (
        "method_suffix",
        "const f = (a) => a.split('-')[0] + 'x';\n",
        "const f = (a) => a.toLowerCase().split('-')[0] + 'x';\n",
    ),
    ("keyword_argument", "const f = (a) => a.sort();\n", "const f = (a) => a.sort((a, b) => a - b);\n"),
    ("index", "const f = (a, i) => a[i];\n", "const f = (a, i) => a[a.length - 1];\n"),
    ("return_value", "function f(a, b) { return a + b; }\n", "function f(a, b) { return b; }\n"),
    (
        "return_value",
        "function f(a) {\n  const b = a;\n  g(b);\n}\n",
        "function f(a) {\n  const b = a;\n  g(b);\n  return b;\n}\n",
    ),
    (
        "delete_statement",
        "function f(a) {\n  a.pop();\n  return a;\n}\n",
        "function f(a) {\n  return a;\n}\n",
    ),
    (
        "delete_statement",
        "function f(a) {\n  switch (a) {\n    case 1:\n      g();\n      break;\n  }\n}\n",
        "function f(a) {\n  switch (a) {\n    case 1:\n      g();\n  }\n}\n",
    ),
    ("move_statement", "function f() {\n  g()\n  h()\n}\n", "function f() {\n  h()\n  g()\n}\n"),
    (
        "move_statement",
        "function f(a) {\n  for (const b of a) {\n    g(b);\n    return 1;\n  }\n}\n",
        "function f(a) {\n  for (const b of a) {\n    g(b);\n  }\n  return 1;\n}\n",
    ),
    (
        "move_statement",
        "function f(a) {\n  while (a) {\n    g(a);\n  }\n  h(a);\n}\n",
        "function f(a) {\n  while (a) {\n    g(a);\n    h(a);\n  }\n}\n",
    ),
    ("repeat_statement", "function f(a) {\n  a.pop();\n}\n", "function f(a) {\n  a.pop();\n  a.pop();\n}\n"),
    (
        "guard",
        "function f(a) {\n  return a.pop();\n}\n",
        "function f(a) {\n  if (a.length === 0) {\n    return null;\n  }\n  return a.pop();\n}\n",
    ),
    (
        "clause",
        "function f(a, b) { if (g(b)) h(); }\n",
        "function f(a, b) { if (a !== null && g(b)) h(); }\n",
    ),
    ("add_argument", "const f = (a, b) => g(a);\n", "const f = (a, b) => g(a, b);\n"),
    ("add_term", "const f = (a, b) => g(a);\n", "const f = (a, b) => g(a) + b;\n"),
    (
        "expression",
        "function f(a, b) { g(a[b]); return b; }\n",
        "function f(a, b) { g(a[b]); return a[b]; }\n",
    ),
    ("missing_await", "async function f() { return g(); }\n", "async function f() { return await g(); }\n"),
    (
        "missing_await",
        "const f = async (a) => { const b = g(a); };\n",
        "const f = async (a) => { const b = await g(a); };\n",
    ),
    ("tolerance", "const f = (a) => a / 2 === 0.5;\n", "const f = (a) => Math.abs(a / 2 - 0.5) < 1e-9;\n"),
    ("lookup_default", "const f = (a, b) => a[b] + 1;\n", "const f = (a, b) => (a[b] || 0) + 1;\n"),
    ("regroup", "const f = (a, b, c) => a + b * c;\n", "const f = (a, b, c) => (a + b) * c;\n"),
    (
        "insert_call",
        "function f(a) {\n  const b = [...a];\n  return b;\n}\n",
        "function f(a) {\n  const b = [...a];\n  b.reverse();\n  return b;\n}\n",
    ),
];

pub(super) const TYPESCRIPT: LanguageFixtures = &[
    ("wrap_call", "const f = (a: number): number => a;\n", "const f = (a: number): number => Math.abs(a);\n"),
    ("method_suffix", "const f = (a: string) => a;\n", "const f = (a: string) => a.toLowerCase();\n"),
    (
        "guard",
        "function f(a: number[]): number[] {\n  return g(a);\n}\n",
        "function f(a: number[]): number[] {\n  if (a.length === 0) {\n    return [];\n  }\n  return g(a);\n}\n",
    ),
    (
        "variable",
        "const f = (a: string, b: string): string => b;\n",
        "const f = (a: string, b: string): string => a;\n",
    ),
];
