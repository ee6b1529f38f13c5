//! pytest's and unittest's servers where a change is put in place of what is loaded: it comes to the same as loading the file, and where it
//! might not, the file is loaded.

use regreen_proof::{ForkServer, Opinion};

use crate::bench::Bench;
use crate::fork_server::ask;
use crate::fork_server_attacks::LIMIT;

const TESTS: &str = "\
import json
from shop import answer


def test_answer():
    assert answer() == 3
";

const UNITTEST: &str = "\
import json
import unittest
from shop import answer


class TestShop(unittest.TestCase):
    def test_answer(self):
        self.assertEqual(answer(), 3)


if __name__ == '__main__':
    unittest.main()
";

/// A project that notes each time that its module is loaded; `{}` in the code is what changes.
struct Shop {
    bench: Bench,
    code: String,
    test: &'static str,
}

impl Shop {
    fn new(code: &str) -> Self {
        Shop::with(code, TESTS, "tests/test_shop.py::test_answer")
    }

    fn with(code: &str, tests: &str, test: &'static str) -> Self {
        let bench = Bench::new(&[("tests/__init__.py", ""), ("tests/test_shop.py", tests)]);
        let loads = bench.project().join("loads").display().to_string();
        let code = format!("with open({loads:?}, 'a') as file:\n    file.write('x')\n\n\n{code}");
        let shop = Shop { bench, code, test };
        shop.put("2");
        shop
    }

    fn put(&self, what: &str) {
        self.bench.write("shop.py", &self.code.replace("{}", what));
    }

    fn server(&self) -> ForkServer {
        self.bench.fork_server(self.test).expect("there is one")
    }

    fn loads(&self) -> usize {
        std::fs::read_to_string(self.bench.project().join("loads")).map_or(0, |text| text.len())
    }
}

/// What changes in each is put in place.
const IN_PLACE: [(&str, &str); 14] = [
    ("a function", "def answer():\n    return {}\n"),
    (
        "a longer body",
        "def answer():\n    x = 0\n    if {} == 3:\n        x = 1\n        x += 2\n    return x\n\n\nY = 1\n",
    ),
    (
        "a method with the class in its code",
        "class Base:\n    def value(self):\n        return 0\n\n\nclass Shop(Base):\n    def __init__(self):\n        self.__more = 0\n\n    def value(self):\n        return super().value() + self.__more + {}\n\n\ndef answer():\n    return Shop().value()\n",
    ),
    (
        "a class in a class",
        "class Out:\n    class In:\n        @staticmethod\n        def value():\n            return {}\n\n\ndef answer():\n    return Out.In.value()\n",
    ),
    (
        "behind a decorator",
        "import functools\n\n\ndef twice(function):\n    @functools.wraps(function)\n    def inner():\n        return function() + function() - function()\n    return inner\n\n\n@twice\n@functools.lru_cache(\n    maxsize=None)\ndef answer():\n    return {}\n",
    ),
    (
        "a property",
        "class Shop:\n    @property\n    def value(self):\n        return {}\n\n\ndef answer():\n    return Shop().value\n",
    ),
    (
        "a generator",
        "def values():\n    yield 0\n    yield {}\n\n\ndef answer():\n    return sum(values())\n",
    ),
    (
        "a coroutine",
        "import asyncio\n\n\nasync def value():\n    await asyncio.sleep(0)\n    return {}\n\n\ndef answer():\n    return asyncio.run(value())\n",
    ),
    (
        "an inner function",
        "def answer():\n    more = 0\n    def inner():\n        return more + {}\n    return inner()\n",
    ),
    (
        "of two that are there once",
        "if True:\n    def answer():\n        return {}\nelse:\n    def answer():\n        return 0\n",
    ),
    (
        "a header of some lines",
        "def value(\n    a=0,\n    b=0,\n):\n    # Both.\n    return a + b + {}\n\n\ndef answer():\n    return value()\n",
    ),
    ("global names", "COUNT = 0\n\n\ndef answer():\n    global COUNT\n    COUNT += {}\n    return COUNT\n"),
    (
        "the file's own rules",
        "from_future = 1\n\n\ndef answer() -> 'int':\n    text: 'str' = '''\n{}'''\n    return int(text)\n",
    ),
    ("a form feed and no ASCII", "NAME = 'ä\x0c'\n\n\ndef answer():\n    'ö\x0c'; return {}\n"),
];

/// What changes in each has to be loaded.
const LOADED: [(&str, &str); 11] = [
    ("a constant", "VALUE = {}\n\n\ndef answer():\n    return VALUE\n"),
    ("a default", "def answer(value={}):\n    return value\n"),
    ("a line of its own", "def answer(): return {}\n"),
    ("the last line of a header", "def answer(a=0,\n           b=0): return {}\n"),
    (
        "what a decorator is given",
        "def plus(more):\n    return lambda function: lambda: function() + more\n\n\n@plus({})\ndef answer():\n    return 0\n",
    ),
    (
        "what was called",
        "def value():\n    return {}\n\n\nVALUE = value()\n\n\ndef answer():\n    return VALUE\n",
    ),
    (
        "an inner function that is there already",
        "def maker():\n    def inner():\n        return {}\n    return inner\n\n\nanswer = maker()\n",
    ),
    (
        "an attribute",
        "class Shop:\n    VALUE = {}\n\n    def value(self):\n        return self.VALUE\n\n\ndef answer():\n    return Shop().value()\n",
    ),
    (
        "two functions",
        "def one():\n    return {} - 1\n\n\ndef other():\n    return {} - {} + 1\n\n\ndef answer():\n    return one() + other()\n",
    ),
    ("what a lambda does", "answer = lambda: {}\n"),
    (
        "code that was exchanged",
        "def answer():\n    nine = 9\n    return {} + nine\n\n\nKEPT = [one if one != 9 else 0 for one in answer.__code__.co_consts]\nanswer.__code__ = answer.__code__.replace(co_consts=tuple(KEPT))\n",
    ),
];

/// Has three changes judged, and gives how often the module was loaded for them.
#[track_caller]
fn judged(name: &str, code: &str) -> usize {
    judged_by(name, &Shop::new(code))
}

#[track_caller]
fn judged_by(name: &str, shop: &Shop) -> usize {
    let mut server = shop.server();
    let before = shop.loads();
    for what in ["3", "1 * 4", "3"] {
        shop.put(what);
        let opinion = ask(&mut server);
        if what == "3" {
            assert_eq!(opinion, Opinion::Green, "{name}");
            continue;
        }
        let (run, _) = shop.bench.run(shop.test);
        assert!(run.failures().iter().any(|failure| opinion.shows(failure)), "{name}: {opinion:?}");
    }
    // The real run has loaded it as well.
    shop.loads() - before - 1
}

#[test]
fn bodies_are_put_in_place() {
    for (name, code) in IN_PLACE {
        assert_eq!(judged(name, code), 0, "{name}");
    }
}

#[test]
fn everything_else_is_loaded() {
    for (name, code) in LOADED {
        assert!(judged(name, code) >= 3, "{name}");
    }
}

#[test]
fn unittest_has_a_server_too() {
    let of = |code| Shop::with(code, UNITTEST, "tests/test_shop.py::TestShop::test_answer");
    for (name, code) in &IN_PLACE[..3] {
        assert_eq!(judged_by(name, &of(code)), 0, "{name}");
    }
    for (name, code) in &LOADED[..3] {
        assert!(judged_by(name, &of(code)) >= 3, "{name}");
    }
    let shop = of(IN_PLACE[0].1);
    let mut server = shop.server();
    for what in ["3 +", "__import__('os')._exit(0)", "__import__('sys').exit(0)"] {
        shop.put(what);
        assert_ne!(ask(&mut server), Opinion::Green, "{what}");
        shop.put("3");
        assert_eq!(ask(&mut server), Opinion::Green, "after {what}");
    }
}

#[test]
fn what_is_added_behind_a_body_is_of_it_or_not() {
    let shop = Shop::new("def answer():\n    x = 2{}\n\n\ndef values():\n    return [1]\n");
    shop.put("\n    return x");
    let mut server = shop.server();
    let before = shop.loads();
    for what in
        ["\n    x += 1\n    return x", "\n    return x + 1", "\n    if x:\n        return 3\n    return x"]
    {
        shop.put(what);
        assert_eq!(ask(&mut server), Opinion::Green, "{what}");
    }
    assert_eq!(shop.loads(), before);
    // Behind it, another kind of function, and no function at all.
    let loaded = [
        ("\n    return x\n\n\nanswer = lambda: 3", true),
        ("\n    yield x", false),
        ("\n    return x +", false),
        ("\n    return x\nx = 1; return 3", false),
    ];
    for (number, (what, green)) in loaded.into_iter().enumerate() {
        shop.put(what);
        assert_eq!(ask(&mut server) == Opinion::Green, green, "{what}");
        let loads = shop.loads() - before;
        // What does not compile does not get so far as to be noted.
        assert_eq!(loads, (number + 1).min(2), "{what}");
    }
}

#[test]
fn nothing_passes_from_what_was_put_in_place_to_the_next() {
    let shop = Shop::new(
        "import os\n\nSEEN = []\n\n\ndef answer():\n    SEEN.append(os.environ.setdefault('SEEN', '{}'))\n    return 3 if SEEN == ['{}'] else 0\n",
    );
    let mut server = shop.server();
    let before = shop.loads();
    for what in ["a", "b", "a", "c"] {
        shop.put(what);
        assert_eq!(ask(&mut server), Opinion::Green, "{what}");
    }
    assert_eq!(shop.loads(), before, "it was loaded once");
    shop.bench.write("tests/test_shop.py", &TESTS.replace("== 3", "== 5"));
    shop.put("d");
    let _ = ask(&mut server);
    assert_eq!(shop.loads(), before + 1, "nothing is put in place beside another change");
}

#[test]
fn what_forks_would_share_stands_in_no_process_for_all() {
    let opens = "import threading\n\nFILE = open(__file__)\n\n\ndef answer():\n    return {} if FILE.readline() else 0\n";
    let begins = "import threading, time\n\nTHREAD = threading.Thread(target=lambda: time.sleep(600), daemon=True)\nTHREAD.start()\n\n\ndef answer():\n    return {} if THREAD.is_alive() else 0\n";
    for (name, code) in [("a file that is open", opens), ("a thread", begins)] {
        assert!(judged(name, code) >= 3, "{name}");
    }
}

#[test]
fn hostile_bodies_neither_end_the_server_nor_what_is_loaded() {
    let shop = Shop::new("def answer():\n    {}\n    return 2\n");
    shop.put("pass");
    let mut server = shop.server();
    let before = shop.loads();
    let hostile = [
        "import os; os._exit(0)",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "import os; os.closerange(3, 255)",
        "import os; [os.write(one, b'\\n\\x1e{\"missed\": true}\\nFalse 0.1\\n') for one in range(256) if not os.set_inheritable(one, True)]",
        "while True: pass",
        "import sys; sys.exit(0)",
        "import subprocess; subprocess.Popen(['sleep', '472.1'])",
    ];
    for code in hostile {
        shop.put(code);
        assert_ne!(server.ask(LIMIT).expect("the server stays").0, Opinion::Green, "{code}");
        shop.put("return 3");
        assert_eq!(ask(&mut server), Opinion::Green, "after {code}");
    }
    assert_eq!(shop.loads(), before, "the same process has answered all of them");
    for signal in ["SIGKILL", "SIGSTOP"] {
        shop.put(&format!("import os, signal; os.kill(os.getppid(), signal.{signal})"));
        let _ = server.ask(LIMIT).expect("the server stays");
        shop.put("return 3");
        assert_eq!(ask(&mut server), Opinion::Green, "{signal}: it is loaded again");
        assert!(shop.loads() > before, "{signal}");
        server = shop.server();
    }
}
