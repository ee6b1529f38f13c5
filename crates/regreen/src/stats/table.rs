//! The numbers as people read them on a terminal.

use super::numbers::Numbers;

pub(crate) fn text(numbers: &Numbers) -> String {
    if numbers.reports == 0 {
        return "No reports found.\n".to_owned();
    }
    let mut out = format!(
        "Reports   {:>6}\nSuccess   {:>6}  ({:.1} %)\nPartial   {:>6}\nFailed    {:>6}\n",
        numbers.reports,
        numbers.success,
        numbers.success_rate.unwrap_or_default() * 100.0,
        numbers.partial,
        numbers.failed
    );
    if let (Some(median), Some(longest)) = (numbers.median_seconds, numbers.longest_seconds) {
        out.push_str(&format!("Time      {median:>6.1} s median, {longest:.1} s longest\n"));
    }
    out.push_str(&format!("Cost      {:>6.2} US dollars\n", numbers.usd));
    out.push_str("\nEnding                 Reports\n");
    let mut endings: Vec<_> = numbers.endings.iter().collect();
    endings.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    for (name, count) in endings {
        out.push_str(&format!("{name:<22} {count:>7}\n"));
    }
    out.push_str("\nDay         Reports  Success\n");
    for day in &numbers.days {
        out.push_str(&format!("{}  {:>7}  {:>5.0} %\n", day.date, day.reports, day.success_rate * 100.0));
    }
    if numbers.other_files > 0 {
        out.push_str(&format!("\n{} other Markdown files were passed over.\n", numbers.other_files));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::gather::Gathered;
    use crate::stats::numbers::tests::sample;

    #[test]
    fn reads_well() {
        insta::assert_snapshot!(text(&Numbers::of(&sample())));
        assert_eq!(text(&Numbers::of(&Gathered::default())), "No reports found.\n");
    }
}
