//! What tools print that are not at hand, in the shape their sources give it: of each little log exactly
//! the line behind `»` explains the failure.

use crate::extract;

const LOGS: &[&str] = &[
    "> Task :app:compileKotlin FAILED
»e: file:///w/app/src/main/kotlin/A.kt:3:5 Unresolved reference: foo
e: file:///w/app/src/main/kotlin/A.kt:9:5 Unresolved reference: bar

FAILURE: Build failed with an exception.

* What went wrong:
Execution failed for task ':app:compileKotlin'.
> A failure occurred while executing org.jetbrains.kotlin.compilerRunner.GradleCompilerRunnerWithWorkers$GradleKotlinCompilerWorkAction
   > Compilation error. See log for more details

* Try:
> Run with --stacktrace option to get the stack trace.
> Get more help at https://help.gradle.org.

BUILD FAILED in 12s
3 actionable tasks: 3 executed",
    "> Task :compileJava FAILED
»/w/src/main/java/A.java:12: error: cannot find symbol
        Foo foo = null;
        ^
  symbol:   class Foo
  location: class A
1 error

FAILURE: Build failed with an exception.

* What went wrong:
Execution failed for task ':compileJava'.
> Compilation failed; see the compiler error output for details.

BUILD FAILED in 2s",
    "FAILURE: Build failed with an exception.

* What went wrong:
Execution failed for task ':compileJava'.
> Could not resolve all files for configuration ':compileClasspath'.
»   > Could not find com.example:lib:1.2.3.
     Searched in the following locations:
       - https://repo.example.org/com/example/lib/1.2.3/lib-1.2.3.pom
     Required by:
         project :

BUILD FAILED in 2s",
    "[INFO] -------------------------------------------------------------
[ERROR] COMPILATION ERROR :
[INFO] -------------------------------------------------------------
»[ERROR] /w/src/main/java/A.java:[12,9] cannot find symbol
  symbol:   class Foo
  location: class A
[INFO] 1 error
[INFO] -------------------------------------------------------------
[INFO] BUILD FAILURE
[INFO] Total time:  2.1 s
[ERROR] Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.8.1:compile (default-compile) on project a: Compilation failure
[ERROR] /w/src/main/java/A.java:[12,9] cannot find symbol
[ERROR]   symbol:   class Foo
[ERROR] -> [Help 1]
[ERROR]
[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.
[ERROR] [Help 1] http://cwiki.apache.org/confluence/display/MAVEN/MojoFailureException",
    "[INFO] BUILD FAILURE
[INFO] ------------------------------------------------------------------------
»[ERROR] Failed to execute goal on project a: Could not resolve dependencies for project a:a:jar:1: Could not find artifact b:c:jar:2 in central -> [Help 1]
[ERROR]
[ERROR] Re-run Maven using the -X switch to enable full debug logging.
[ERROR] [Help 1] http://cwiki.apache.org/confluence/display/MAVEN/DependencyResolutionException",
    "[info] compiling 3 Scala sources to /w/target/classes ...
»[error] /w/src/main/scala/A.scala:3:5: not found: value foo
[error]     foo.bar
[error]     ^
[error] one error found
[error] (Compile / compileIncremental) Compilation failed
[error] Total time: 5 s, completed Jan 1, 2026, 1:00:00 AM",
    "  Determining projects to restore...
»/w/src/A.cs(3,5): error CS0103: The name 'x' does not exist in the current context [/w/src/A.csproj]

Build FAILED.

/w/src/A.cs(3,5): error CS0103: The name 'x' does not exist in the current context [/w/src/A.csproj]
    0 Warning(s)
    1 Error(s)

Time Elapsed 00:00:02.10",
    "»/w/src/A.csproj : error NU1101: Unable to find package Foo. No packages exist with this id in source(s): nuget.org
  Failed to restore /w/src/A.csproj (in 1.2 sec).",
    "[3/5] Compiling Demo main.swift
»/w/Sources/Demo/main.swift:3:7: error: cannot find 'x' in scope
print(x)
      ^
error: fatalError",
    "Building library for demo-0.1.0.0..
[1 of 2] Compiling A ( src/A.hs, dist/build/A.o )

»src/A.hs:3:5: error:
    Variable not in scope: foo :: Int
  |
3 | x = foo
  |     ^^^
cabal: Failed to build demo-0.1.0.0.",
    "Compiling 3 files (.ex)

== Compilation error in file lib/a.ex ==
»** (CompileError) lib/a.ex:3: undefined function foo/0
    (elixir 1.12.0) lib/kernel/parallel_compiler.ex:319: anonymous fn/4 in Kernel.ParallelCompiler.spawn_workers/7",
    "level=info msg=\"[config_reader] Config search paths\"
»cmd/main.go:12:2: ineffectual assignment to err (ineffassign)
\terr := f()
\t^
cmd/main.go:20:6: func `unused` is unused (unused)
make: *** [Makefile:12: lint] Error 1",
    "# example.com/demo/cmd
»cmd/main.go:5:2: undefined: foo
cmd/main.go:9:7: too many errors",
    "»go: example.com/x@v1.2.3: missing go.sum entry for go.mod file; to add it:
\tgo mod download example.com/x",
    "Inspecting 12 files
..C.........

Offenses:

»lib/a.rb:3:5: C: Style/StringLiterals: Prefer single-quoted strings when you don't need string interpolation or special symbols.
    \"x\"
    ^^^

12 files inspected, 1 offense detected, 1 offense autocorrectable
RuboCop failed!",
    "Fetching gem metadata from https://rubygems.org/..........
»Could not find gem 'rails (= 99)' in rubygems repository https://rubygems.org/ or installed locally.",
    "»Gem::Ext::BuildError: ERROR: Failed to build gem native extension.

    current directory: /w/gems/pg-1.0/ext
/usr/bin/ruby -r ./siteconf.rb extconf.rb
checking for pg_config... no
*** extconf.rb failed ***
An error occurred while installing pg (1.0), and Bundler cannot continue.
Make sure that `gem install pg -v '1.0'` succeeds before bundling.",
    " ------ --------------------------------------------
  Line   src/A.php
 ------ --------------------------------------------
»  12     Undefined variable: $foo
  20     Call to an undefined method A::b().
 ------ --------------------------------------------

 [ERROR] Found 2 errors",
    "Loading composer repositories with package information
Updating dependencies
»Your requirements could not be resolved to an installable set of packages.

  Problem 1
    - Root composer.json requires php ^8.2 but your php version (8.1.0) does not satisfy that requirement.",
    "# npm audit report

minimist  <0.2.4
Severity: critical
»Prototype Pollution in minimist - https://github.com/advisories/GHSA-xvch-5gv4-984h
fix available via `npm audit fix`
node_modules/minimist

1 critical severity vulnerability",
    "#8 [4/5] RUN make
#8 0.312 gcc -c a.c
»#8 0.402 a.c:3:5: error: unknown type name 'foo'
#8 0.405 make: *** [Makefile:2: a.o] Error 1
#8 ERROR: process \"/bin/sh -c make\" did not complete successfully: exit code: 2
------
 > [4/5] RUN make:
0.312 gcc -c a.c
0.402 a.c:3:5: error: unknown type name 'foo'
0.405 make: *** [Makefile:2: a.o] Error 1
------
Dockerfile:5
--------------------
   5 | >>> RUN make
--------------------
ERROR: failed to solve: process \"/bin/sh -c make\" did not complete successfully: exit code: 2",
    "Step 3/5 : COPY dist /app
»COPY failed: file not found in build context or excluded by .dockerignore: stat dist: file does not exist",
    "Release \"app\" does not exist. Installing it now.
»Error: INSTALLATION FAILED: timed out waiting for the condition",
    "deployment.apps/web created
Waiting for deployment \"web\" rollout to finish: 0 of 1 updated replicas are available...
»error: timed out waiting for the condition",
    "Reading package lists...
»E: Unable to locate package libfoo-dev
E: Couldn't find any package by glob 'libfoo-dev'",
    "»The following packages have unmet dependencies:
 libfoo-dev : Depends: libbar but it is not going to be installed
E: Unable to correct problems, you have held broken packages.",
    "Auto-merging src/a.rs
»CONFLICT (content): Merge conflict in src/a.rs
Automatic merge failed; fix conflicts and then commit the result.",
    "To https://github.com/o/r
» ! [rejected]        main -> main (fetch first)
error: failed to push some refs to 'https://github.com/o/r'
hint: Updates were rejected because the remote contains work that you do not have locally.",
    "./src/pages/index.tsx:3:5
»Type error: Property 'x' does not exist on type 'Y'.
",
    "yarn run v1.22.19
$ eslint . --max-warnings 0

/w/src/a.ts
»  3:7  error  'x' is assigned a value but never used  @typescript-eslint/no-unused-vars

✖ 1 problem (1 error, 0 warnings)

error Command failed with exit code 1.
info Visit https://yarnpkg.com/en/docs/cli/run for documentation about this command.",
    "lerna notice cli v4.0.0
lerna info Executing command in 3 packages: \"yarn run build\"
@a/core: yarn run v1.22.19
@a/core: $ tsc -p .
»@a/core: src/a.ts(3,5): error TS2304: Cannot find name 'x'.
@a/core: error Command failed with exit code 2.
lerna ERR! yarn run build exited 2 in '@a/core'
lerna WARN complete Waiting for 1 child process to exit. CTRL-C to exit immediately.",
    "• Packages in scope: web, api
api:build: cache miss, executing 1234
»api:build: src/a.ts(3,5): error TS2304: Cannot find name 'x'.
api:build: ERROR: command finished with error: command (/w/api) npm run build exited (1)
api#build: command (/w/api) npm run build exited (1)

 Tasks:    1 successful, 2 total
Failed:    api#build

 ERROR  run failed: command  exited (1)",
    "running build_ext
gcc -fPIC -c src/a.c -o build/a.o
»src/a.c:3:10: fatal error: Python.h: No such file or directory
 #include <Python.h>
          ^~~~~~~~~~
compilation terminated.
error: command 'gcc' failed with exit status 1",
    "[ 50%] Building CXX object CMakeFiles/a.dir/a.cpp.o
»/w/a.cpp:3:3: error: 'foo' was not declared in this scope
   foo();
   ^~~
make[2]: *** [CMakeFiles/a.dir/build.make:63: CMakeFiles/a.dir/a.cpp.o] Error 1
make[2]: *** Waiting for unfinished jobs....
[ 75%] Building CXX object CMakeFiles/b.dir/b.cpp.o
[100%] Linking CXX static library libb.a
make[1]: *** [CMakeFiles/Makefile2:73: CMakeFiles/a.dir/all] Error 2
make: *** [Makefile:130: all] Error 2",
    "checking for gcc... gcc
checking for pkg-config... /usr/bin/pkg-config
»configure: error: Package requirements (foo >= 1.2) were not met:

No package 'foo' found",
    "»Invalid configuration: the file deploy.toml holds an unknown key
##[debug]nothing else",
    "+ ./scripts/check-generated.sh
 api/zz_generated.go | 2 +-
 1 file changed, 1 insertion(+), 1 deletion(-)
»Generated files are out of date, run 'make generate'",
    "go vet ./...
gofmt -l .
»The following files are not formatted with gofmt:
pkg/a.go
make: *** [Makefile:9: fmt] Error 1",
    "»Error: Process 'terraform plan' needs credentials: no valid credential sources found
Error: Process completed with exit code 1.",
    "sent 1 file
»Host key verification failed.
rsync: connection unexpectedly closed (0 bytes received so far) [sender]
rsync error: unexplained error (code 255) at io.c(228) [sender=3.2.7]",
    "*** Error Summary ***
»2024-01-01 10:00:00 ERROR deploy failed because the bucket is gone
2024-01-01 10:00:01 INFO done",
    "Compiling App v1
»warning: unused variable: `x`
error: could not compile `app` (bin \"app\") due to 1 previous error",
];

fn job(output: &str) -> String {
    format!(
        "##[group]Run ./ci.sh\n./ci.sh\nshell: /usr/bin/bash -e {{0}}\n##[endgroup]\npreparing\n{output}\n##[error]Process completed with exit code 1.\nPost job cleanup.\n"
    )
}

#[test]
fn the_marked_line_explains_each_log() {
    let mut wrong = Vec::new();
    for log in LOGS {
        let expected = log.lines().find_map(|line| line.strip_prefix('»')).unwrap();
        let at = 6 + log.lines().position(|line| line.starts_with('»')).unwrap() as u64;
        let stamped: String = job(&log.replace('»', ""))
            .lines()
            .map(|line| format!("2026-03-04T05:06:07.1234567Z {line}\n"))
            .collect();
        let found = extract(stamped.as_bytes(), "logs/x.log").unwrap();
        let cause = found.cause.unwrap();
        if cause.log.as_ref().is_none_or(|log| log.line != at) || !found.tests.is_empty() {
            let told = cause.message.lines().next().unwrap_or_default().to_owned();
            wrong.push(format!("expected {expected}\n    told {told} {:?}", cause.log));
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), LOGS.len(), wrong.join("\n"));
}
