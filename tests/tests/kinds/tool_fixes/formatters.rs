//! gofmt and clang-format, which are given their files by name.

use regreen_case::{Fix, Framework};
use regreen_tests::{TestRepository, tools};

use super::{case, is_the_tools_own, red_in_ci, repaired};

#[test]
fn go_is_formatted_although_gofmt_only_lists_names() {
    let repository = TestRepository::with(&[
        ("go.mod", "module shop\n\ngo 1.21\n"),
        ("cart.go", "package shop\n\n// Total adds.\nfunc  Total(a,b int) int { return a+b }\n"),
        ("other.go", "package shop\n"),
    ]);
    if !tools::has(&["go", "version"]) {
        return;
    }
    let script = "test -z \"$(gofmt -l .)\" || (gofmt -d . && exit 1)";
    let options = red_in_ci(&repository, script, &["sh", "-c", script]);
    let case = case::run(&repository, &options.each_ref().map(String::as_str));
    let command = case.reproduction().command.unwrap();
    assert_eq!(
        (command.framework, command.argv.as_slice()),
        (Framework::Checker, &["gofmt", "-l", "."].map(str::to_owned)[..])
    );
    case.is_proven().publishes(&repository, "fix/", &["cart.go"]);
    assert_eq!(case.read::<Fix>().template.as_deref(), Some("tool_fix"));
}

#[test]
fn c_is_formatted_by_the_projects_own_style() {
    let repository = TestRepository::with(&[
        (".clang-format", "BasedOnStyle: LLVM\nIndentWidth: 3\nAllowShortFunctionsOnASingleLine: None\n"),
        ("src/cart.cc", "int total(int a,int b)\n{\nreturn a+b;\n}\n"),
        ("src/other.h", "int total(int a, int b);\n"),
    ]);
    let case = repaired(&repository, "clang-format --dry-run --Werror src/cart.cc src/other.h");
    is_the_tools_own(&case, "clang-format", "src/cart.cc: format");
    case.publishes(&repository, "fix/", &["src/cart.cc"]);
    assert!(case.patch().contains("+   return a + b;"), "{}", case.patch());
}
