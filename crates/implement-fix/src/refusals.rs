//! Where compilers say that a program is wrong: the files and lines of their errors, not those of their warnings.
//!
//! Knows the forms of rustc, gcc, clang, go, javac, maven and gradle. What it does not know blames nobody.

/// More errors are not looked at.
const MOST: usize = 20_000;

/// The place of each error, in order; twice where it is said twice.
pub(crate) fn places(output: &str) -> Vec<(&str, u32)> {
    let mut found = Vec::new();
    // rustc says first that something is wrong, and below where.
    let mut where_follows = false;
    for line in output.lines() {
        if found.len() >= MOST {
            break;
        }
        let text = line.trim_start();
        if let Some(place) = text.strip_prefix("--> ") {
            if std::mem::take(&mut where_follows) {
                found.extend(colons(place).map(|(place, _)| place));
            }
            continue;
        }
        if line.starts_with("error") {
            where_follows = true;
        } else if line.starts_with("warning") || line.starts_with("note") {
            where_follows = false;
        }
        found.extend(in_line(text));
    }
    found
}

/// `x.cc:3:5: error: …`, `./x.go:3:5: …`, `vet: ./x.go:3:5: …`, `X.java:3: error: …`, `[ERROR] /p/X.java:[3,5] …`
fn in_line(text: &str) -> Option<(&str, u32)> {
    if let Some(rest) = text.strip_prefix("[ERROR] ") {
        let (file, rest) = rest.split_once(":[")?;
        let (line, _) = rest.split_once(',')?;
        return Some((file, line.parse().ok()?));
    }
    let (place, message) = colons(text.strip_prefix("vet: ").unwrap_or(text))?;
    let is_go = place.0.ends_with(".go") && !message.is_empty();
    let is_error = ["error:", "fatal error:"].iter().any(|word| message.starts_with(word));
    (is_go || is_error).then_some(place)
}

/// `file:line:column: message`, the column and the message left out or not.
fn colons(text: &str) -> Option<((&str, u32), &str)> {
    let (file, rest) = text.split_once(':').filter(|(file, _)| !file.is_empty() && !file.contains(' '))?;
    let (line, rest) = rest.split_once(':').unwrap_or((rest, ""));
    let line = line.trim().parse().ok()?;
    let rest = match rest.split_once(':') {
        Some((column, rest)) if column.trim().parse::<u32>().is_ok() => rest,
        _ => rest,
    };
    Some(((file, line), rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_places_and_warnings_have_none() {
        let rust = "   Compiling a v0.1.0\nwarning: unused variable: `x`\n --> src/lib.rs:1:5\n  |\n\n\
            error[E0308]: mismatched types\n  --> src/lib.rs:12:9\n   |\n12 | \"a\"\n   |\nnote: defined here\n  --> src/lib.rs:3:1\n\n\
            error: expected `;`\n --> /root/a b/src/x.rs:7:1\nerror: could not compile `a` (lib) due to 2 previous errors\n";
        assert_eq!(places(rust), [("src/lib.rs", 12)]);
        assert_eq!(places("error: x\n --> src/x.rs:7:1\n"), [("src/x.rs", 7)]);
        let gcc = "In file included from /p/a.h:1:\n/p/shop.cc: In function 'int f()':\n/p/shop.cc:9:3: error: 'x' was not declared\n\
            /p/shop.cc:10:3: warning: unused variable 'y'\n/p/shop.cc:4:1: note: declared here\n/p/b.h:2:10: fatal error: no.h: No such file\n";
        assert_eq!(places(gcc), [("/p/shop.cc", 9), ("/p/b.h", 2)]);
        let go = "# example.com/shop\n./shop.go:5:2: undefined: x\nvet: ./shop.go:6:2: self-assignment\nFAIL\texample.com/shop [build failed]\n";
        assert_eq!(places(go), [("./shop.go", 5), ("./shop.go", 6)]);
        let maven = "[INFO] BUILD FAILURE\n[ERROR] /p/src/main/java/Shop.java:[12,9] cannot find symbol\n[ERROR]   symbol: variable x\n";
        assert_eq!(places(maven), [("/p/src/main/java/Shop.java", 12)]);
        let javac =
            "/p/Shop.java:12: error: incompatible types\n/p/Shop.java:13: warning: [removal] x\n1 error\n";
        assert_eq!(places(javac), [("/p/Shop.java", 12)]);
    }
}
