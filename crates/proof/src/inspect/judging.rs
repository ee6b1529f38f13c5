//! Files that configure how tests run, by name, whether or not an adapter knows their framework.

use crate::adapter::Role;

use super::pattern::Pattern;

/// Names that configure a runner and nothing else.
static RUNNERS: Pattern = Pattern::new(concat!(
    r"(?i)^(?:conftest\.py|\.?pytest\.(?:ini|toml)|sitecustomize\.py|usercustomize\.py|.+\.pth|\.coveragerc|nose\.cfg|\.noserc|unittest\.cfg|nose2\.cfg",
    r"|(?:jest|vitest|karma|playwright|cypress|ava|wdio|web-test-runner|stryker|mocha|jasmine)\.(?:config|conf|setup|workspace|global-?setup)\.[cm]?[jt]sx?(?:on)?|jest\.config\.json",
    r"|(?:jest|vitest|test|tests|global)[-_.]?setup\.[cm]?[jt]sx?|setup[-_]?(?:tests?|jest|vitest)\.[cm]?[jt]sx?|\.mocharc(?:\..+)?|mocha\.opts|\.taprc|\.nycrc(?:\..+)?|\.c8rc(?:\..+)?|jasmine\.json",
    r"|nextest\.toml|rust-toolchain(?:\.toml)?|go\.work|go\.env|bunfig\.toml",
    r"|\.rspec(?:-local)?|spec_helper\.rb|rails_helper\.rb|test_helper\.rb|cucumber\.ya?ml",
    r"|ctest(?:custom|config|testfile)\.c(?:make|test)|dartconfiguration\.tcl|gtest_main\.cc",
    r"|junit-platform\.properties|junit\.properties|testng(?:-.+)?\.xml|.+\.runsettings|xunit\.runner\.json|phpunit\.xml(?:\.dist)?",
    r"|surefire\.properties|maven\.config|jvm\.config|allure\.properties|archunit_ignore_patterns\.txt)$",
));

/// Places that do.
static PLACES: Pattern = Pattern::new(concat!(
    r"(?:^|/)(?:\.cargo/config(?:\.toml)?|\.config/nextest\.toml|\.mvn/.+|__mocks__/.+|buildSrc/.+|\.husky/.+|gradle/wrapper/.+|\.pytest_cache/.+|node_modules/.+|site-packages/.+",
    r"|META-INF/services/(?:org\.junit|org\.testng|org\.mockito|org\.spockframework).*|mockito-extensions/.+)$",
));

/// Files of which a part configures tests.
const PARTLY: &[&str] = &[
    "package.json",
    "pyproject.toml",
    "setup.cfg",
    "tox.ini",
    "Cargo.toml",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "gradle.properties",
    "settings.gradle",
    "settings.gradle.kts",
    "CMakeLists.txt",
    "CMakePresets.json",
    "meson.build",
    "Makefile",
    "makefile",
    "GNUmakefile",
    "justfile",
    "Rakefile",
    "Gemfile",
    "go.mod",
    "vite.config.ts",
    "vite.config.js",
    "vite.config.mjs",
    "vite.config.mts",
    "babel.config.js",
    "noxfile.py",
    "setup.py",
    ".npmrc",
];

/// The part that a file of this name plays.
pub(super) fn role(path: &str) -> Option<Role> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if RUNNERS.is_match(name) || PLACES.is_match(path) {
        return Some(Role::Configuration);
    }
    let build = name.ends_with(".cmake") || name.ends_with(".mk") || name.ends_with(".csproj");
    let partly = build || PARTLY.contains(&name) || is_requirements(name);
    partly.then_some(Role::PartlyConfiguration)
}

/// `requirements.txt`, `requirements-dev.txt`, `dev-requirements.in`, `constraints.txt`.
pub(super) fn is_requirements(name: &str) -> bool {
    let text = name.ends_with(".txt") || name.ends_with(".in");
    text && (name.contains("requirements") || name.starts_with("constraints"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configuration_is_known_by_name_wherever_it_lies() {
        for path in [
            "a/conftest.py",
            "x.pth",
            "jest.config.cjs",
            "web/vitest.workspace.ts",
            "setupTests.ts",
            ".mocharc.yml",
            ".rspec",
            "spec/spec_helper.rb",
            "CTestCustom.cmake",
            "src/test/resources/junit-platform.properties",
            ".cargo/config.toml",
            "__mocks__/fs.js",
            ".mvn/jvm.config",
            "node_modules/jest/index.js",
        ] {
            assert_eq!(role(path), Some(Role::Configuration), "{path}");
        }
        for path in ["package.json", "pom.xml", "cmake/tests.cmake", "requirements-dev.txt"] {
            assert_eq!(role(path), Some(Role::PartlyConfiguration), "{path}");
        }
        for path in ["src/config.js", "shop/setup.rb", "src/jest.rs", "tsconfig.json", "src/setup.ts"] {
            assert_eq!(role(path), None, "{path}");
        }
    }
}
