//! PHPUnit.

use crate::debian;

/// The extensions that PHPUnit wants, each after those that it needs itself.
const EXTENSIONS: [&str; 9] =
    ["ctype", "tokenizer", "mbstring", "phar", "xml", "dom", "simplexml", "xmlreader", "xmlwriter"];

#[test]
fn phpunit() {
    let mut bench = debian::bench("php");
    let programs = debian::matching("usr/bin/*");
    let php = programs.iter().rfind(|path| path.display().to_string().contains("/php8."));
    // Unpacked, nothing says where its parts are.
    let php = match (php, debian::matching("usr/lib/php/*").iter().rfind(|path| path.join("dom.so").exists()))
    {
        (Some(php), Some(extensions)) => {
            let all: String = EXTENSIONS.iter().map(|name| format!("extension={name}.so\n")).collect();
            let library = debian::root("usr/share/php");
            let ini = format!(
                "extension_dir={}\ninclude_path=.:{}:/usr/share/php\n{all}",
                extensions.display(),
                library.display()
            );
            std::fs::write(bench.folder().join("php.ini"), ini).unwrap();
            let folder = bench.folder().display().to_string();
            bench = bench.env("PHPRC", folder).env("PHP_INI_SCAN_DIR", "");
            php.display().to_string()
        }
        _ => "php".to_owned(),
    };
    let unpacked = debian::root("usr/bin/phpunit");
    let phpunit = if unpacked.exists() { unpacked } else { "/usr/bin/phpunit".into() };
    let phpunit = phpunit.display().to_string();
    let base = [php.as_str(), phpunit.as_str(), "--no-configuration"];
    if !bench.has(&[&base[..], &["--version"]].concat()) {
        return;
    }
    for style in [&[][..], &["--colors=always"], &["--debug"]] {
        let argv = [&base[..], style, &["tests"]].concat();
        for variant in ["red", "green"] {
            bench.check(variant, &argv);
        }
    }
    bench.finish();
}
