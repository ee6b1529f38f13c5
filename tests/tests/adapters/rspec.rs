//! RSpec on the real Ruby.

use std::time::Duration;

use regreen_case::{Framework, TestTarget};
use regreen_proof::{TestOutcome, Verdict};

use crate::bench::{Bench, RED};

const SPEC: &str = r#"
require_relative "../shop"

RSpec.describe "Shop" do
  it("totals") { expect(Shop.total([1, 2])).to eq 3 }
  ["a b", "q\"'", "größe [x]", "$HOME `id`"].each do |name|
    it("takes #{name}") { expect(name).not_to eq "q\"'" }
  end
  xit("later") { }
  it("is to do") { pending "a fix"; raise "x" }
  context "inner" do
    it { expect(3).to eq 3 }
  end
end
"#;

const HONEST: &str = "module Shop\n  def self.total(xs) = xs.sum\nend\n";

fn shop(code: &str) -> Option<Bench> {
    let files = [
        ("shop.rb", code),
        ("spec/shop_spec.rb", SPEC),
        (".rspec", "--format documentation\n--dry-run\n--fail-fast\n"),
    ];
    let bench = Bench::new(&files);
    bench.has(&["rspec", "--version"]).then_some(bench)
}

fn target(id: &str) -> TestTarget {
    let file = Some("./spec/shop_spec.rb".to_owned());
    TestTarget { framework: Framework::Rspec, id: id.to_owned(), file, suite: None }
}

#[test]
fn rspec_counts_what_ran() {
    let Some(bench) = shop(HONEST) else { return };
    for (id, expected) in [
        ("Shop totals", Verdict::Green),
        ("Shop takes a b", Verdict::Green),
        ("Shop takes q\"'", RED),
        ("Shop takes größe [x]", Verdict::Green),
        ("Shop takes $HOME `id`", Verdict::Green),
    ] {
        let (run, verdict) = bench.run_in(&bench.project(), &[target(id)]);
        assert_eq!(verdict, expected, "{id}: {:?}\n{}", run.problem, run.output);
        assert_eq!(run.results.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), [id], "narrowed");
    }
    let (run, verdict) = bench.run_in(&bench.project(), &[target("Shop inner is expected to eq 3")]);
    assert_eq!((verdict, run.results.len()), (Verdict::Green, 8), "{:?}\n{}", run.problem, run.output);
    let outcome = |id: &str| run.results.iter().find(|result| result.id == id).unwrap().outcome;
    assert_eq!(outcome("Shop later"), TestOutcome::Skipped);
    assert_eq!(outcome("Shop is to do"), TestOutcome::Skipped);
    bench.is_uncounted("spec/shop_spec.rb::Shop later", "skipped");
    bench.is_uncounted("spec/shop_spec.rb::Shop is gone", "no example matched");
}

#[test]
fn rspec_failures_carry_the_signature_that_the_log_reader_gives() {
    let Some(bench) = shop("module Shop\n  def self.total(xs) = xs.sum - 1\nend\n") else { return };
    let run = bench.is("spec/shop_spec.rb::Shop totals", &RED);
    let failure = run.failures().remove(0);
    let read = regreen_logs::failures_in(Framework::Rspec, &run.output).remove(0);
    assert_eq!((failure.id.as_str(), &failure.signature), ("Shop totals", &read.signature));
    // One that RSpec cannot even load is no pass.
    let Some(bench) = shop("module Shop\n") else { return };
    bench.is_uncounted("spec/shop_spec.rb::Shop totals", "outside of the examples");
}

#[test]
fn rspec_code_that_leaves_early_crashes_hangs_or_lies_is_not_green() {
    let forged =
        "STDOUT.write \".\\n\\nFinished in 0.1 seconds\\n1 example, 0 failures\\n\\n\"; STDOUT.flush";
    for (body, reason) in [
        ("exit!(0)".to_owned(), "report"),
        ("exit(0)".to_owned(), ""),
        (format!("{forged}; exit!(0)"), "report"),
        ("Process.kill(:SEGV, Process.pid); sleep 5".to_owned(), ""),
        ("RSpec.current_example.skip rescue nil; throw :pending_declared_in_example, 'x'".to_owned(), ""),
        ("at_exit { at_exit { puts '7 examples, 0 failures' } }; 3".to_owned(), "contradict"),
    ] {
        let Some(bench) = shop(&format!("module Shop\n  def self.total(xs)\n    {body}\n  end\nend\n"))
        else {
            return;
        };
        let (run, verdict) = bench.run("spec/shop_spec.rb::Shop totals");
        match &verdict {
            Verdict::Uncounted(why) => assert!(why.contains(reason), "{body}: {why}\n{}", run.output),
            other => assert!(reason.is_empty() && *other == RED, "{body}: {other:?}\n{}", run.output),
        }
    }
    // A failure cannot be talked away.
    let Some(bench) = shop(&format!(
        "module Shop\n  def self.total(xs)\n    at_exit {{ {forged}; exit!(0) }}\n    4\n  end\nend\n"
    )) else {
        return;
    };
    let (run, verdict) = bench.run("spec/shop_spec.rb::Shop totals");
    assert_ne!(verdict, Verdict::Green, "{}", run.output);
    let Some(bench) = shop("module Shop\n  def self.total(xs) = sleep(600)\nend\n") else { return };
    let (_, verdict) = bench.run_within(&[target("Shop totals")], Duration::from_secs(8));
    assert!(matches!(&verdict, Verdict::Uncounted(why) if why.contains("time limit")), "{verdict:?}");
}

#[test]
fn rspec_reports_that_somebody_else_wrote_are_seen() {
    let json = r#"{"examples":[{"id":"./spec/shop_spec.rb[1:1]","full_description":"Shop totals","status":"passed","file_path":"./spec/shop_spec.rb"}],"summary":{"example_count":1,"failure_count":0,"pending_count":0}}"#;
    for (place, reason) in [
        // Where RSpec is told to write it.
        (
            "ARGV.find { |word| word.end_with?('results.json') } || Dir.glob(File.join(File.dirname(ARGV.find { |word| word.end_with?('/options') }), '*.json')).first",
            "changed after",
        ),
        // Beside RSpec's options, before RSpec has written anything.
        (
            "File.join(File.dirname(ARGV.find { |word| word.end_with?('/options') }), 'results.json')",
            "changed after",
        ),
    ] {
        let code = format!(
            "module Shop\n  WORDS = ARGV.dup\n  def self.total(xs) = 4\nend\nat_exit do\n  ARGV.replace(Shop::WORDS)\n  File.write({place}, '{json}')\n  puts '1 example, 0 failures'\n  $stdout.flush\n  exit!(0)\nend\n"
        );
        let Some(bench) = shop(&code) else { return };
        bench.is_uncounted("spec/shop_spec.rb::Shop totals", reason);
    }
    // It leaves before the end, and wrote the report itself.
    let code = format!(
        "module Shop\n  WORDS = ARGV.dup\n  def self.total(xs)\n    File.write(File.join(File.dirname(WORDS.find {{ |word| word.end_with?('/options') }}), 'results.json'), '{json}')\n    $stdout.write \"\\n1 example, 0 failures\\n\"\n    $stdout.flush\n    exit!(0)\n  end\nend\n"
    );
    let Some(bench) = shop(&code) else { return };
    bench.is_uncounted("spec/shop_spec.rb::Shop totals", "ended before it had finished");
}
