//! One self-contained page: no script, no font, no picture from anywhere else; plots are inline SVG.

use regreen_case::Status;

use super::gather::Gathered;
use super::numbers::Numbers;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 48.0;
const BOTTOM: f64 = 28.0;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#1b1f24;background:#fff}\
table{border-collapse:collapse;margin:1em 0}td,th{border:1px solid #d0d7de;padding:.25em .7em;text-align:left}\
td.n{text-align:right;font-variant-numeric:tabular-nums}svg{width:100%;height:auto}svg text{font:11px system-ui,sans-serif;fill:#57606a}\
.success{fill:#1a7f37}.partial{fill:#bf8700}.failed{fill:#cf222e}.axis{stroke:#d0d7de}.line{stroke:#0969da;fill:none;stroke-width:2}\
@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}td,th{border-color:#30363d}.axis{stroke:#30363d}svg text{fill:#9198a1}}";

/// The page.
pub(crate) fn page(gathered: &Gathered, numbers: &Numbers) -> String {
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>Regreen statistics</title>\n<style>{STYLE}</style>\n<h1>Regreen statistics</h1>\n"
    );
    out.push_str(&format!(
        "<p>{} reports: {} success, {} partial, {} failed{}.</p>\n",
        numbers.reports,
        numbers.success,
        numbers.partial,
        numbers.failed,
        numbers.success_rate.map_or(String::new(), |rate| format!(" ({:.1} % success)", rate * 100.0))
    ));
    out.push_str("<h2>Success rate by day</h2>\n");
    out.push_str(&rate_plot(numbers));
    out.push_str("<h2>Time by report</h2>\n");
    out.push_str(&time_plot(gathered));
    out.push_str("<h2>Endings</h2>\n<table><tr><th>Ending<th>Reports</tr>\n");
    for (name, count) in &numbers.endings {
        out.push_str(&format!("<tr><td>{}<td class=\"n\">{count}</tr>\n", escape(name)));
    }
    out.push_str("</table>\n<h2>Reports</h2>\n<table><tr><th>When (UTC)<th>Case<th>Status<th>Ending<th>Seconds<th>US dollars<th>Pull request</tr>\n");
    for entry in gathered.entries.iter().rev() {
        out.push_str(&format!(
            "<tr><td>{}<td>{}<td>{}<td>{}<td class=\"n\">{}<td class=\"n\">{}<td>{}</tr>\n",
            entry.when,
            escape(&entry.slug),
            entry.status.mark(),
            entry.ending.map_or("", |ending| ending.name()),
            entry.seconds.map_or(String::new(), |seconds| format!("{seconds:.1}")),
            entry.usd.map_or(String::new(), |usd| format!("{usd:.2}")),
            entry.pull_request.as_deref().map_or(String::new(), link)
        ));
    }
    out.push_str(&format!(
        "</table>\n<p>Cost, as far as reported: {:.2} US dollars.</p>\n</html>\n",
        numbers.usd
    ));
    out
}

#[allow(clippy::cast_precision_loss, reason = "pixels")]
fn rate_plot(numbers: &Numbers) -> String {
    let days = &numbers.days;
    let step = (WIDTH - LEFT) / days.len().max(1) as f64;
    let x = |index: usize| LEFT + step * (index as f64 + 0.5);
    let y = |rate: f64| (HEIGHT - BOTTOM) - rate * (HEIGHT - BOTTOM - 10.0);
    let mut out = open_plot("Success rate by day");
    for rate in [0.0, 0.5, 1.0] {
        out.push_str(&grid(y(rate), &format!("{:.0} %", rate * 100.0)));
    }
    let points: Vec<_> =
        days.iter().enumerate().map(|(i, day)| format!("{:.1},{:.1}", x(i), y(day.success_rate))).collect();
    out.push_str(&format!("<polyline class=\"line\" points=\"{}\"/>\n", points.join(" ")));
    for (index, day) in days.iter().enumerate() {
        out.push_str(&format!(
            "<circle class=\"success\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\"><title>{}: {} of {}</title></circle>\n",
            x(index),
            y(day.success_rate),
            day.date,
            day.success,
            day.reports
        ));
    }
    out.push_str(&ends(days.first().map(|day| day.date.as_str()), days.last().map(|day| day.date.as_str())));
    out.push_str("</svg>\n");
    out
}

#[allow(clippy::cast_precision_loss, reason = "pixels")]
fn time_plot(gathered: &Gathered) -> String {
    let entries: Vec<_> =
        gathered.entries.iter().filter_map(|entry| entry.seconds.map(|seconds| (entry, seconds))).collect();
    let longest = entries.iter().map(|(_, seconds)| *seconds).fold(1.0, f64::max);
    let step = (WIDTH - LEFT) / entries.len().max(1) as f64;
    let room = HEIGHT - BOTTOM - 10.0;
    let mut out = open_plot("Seconds by report");
    for part in [0.0, 0.5, 1.0] {
        out.push_str(&grid(HEIGHT - BOTTOM - part * room, &format!("{:.0} s", longest * part)));
    }
    for (index, (entry, seconds)) in entries.iter().enumerate() {
        let class = match entry.status {
            Status::Success => "success",
            Status::Partial => "partial",
            Status::Failed => "failed",
        };
        let height = (seconds / longest * room).max(1.0);
        out.push_str(&format!(
            "<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\"><title>{}: {seconds:.1} s</title></rect>\n",
            LEFT + step * index as f64 + step * 0.1,
            HEIGHT - BOTTOM - height,
            (step * 0.8).min(60.0),
            escape(&entry.slug)
        ));
    }
    let date = |entry: &super::gather::Entry| entry.when.date().to_string();
    let first = entries.first().map(|(entry, _)| date(entry));
    let last = entries.last().map(|(entry, _)| date(entry));
    out.push_str(&ends(first.as_deref(), last.as_deref()));
    out.push_str("</svg>\n");
    out
}

fn open_plot(label: &str) -> String {
    format!(
        "<svg role=\"img\" aria-label=\"{label}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" xmlns=\"http://www.w3.org/2000/svg\">\n"
    )
}

fn grid(y: f64, label: &str) -> String {
    format!(
        "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>\n",
        LEFT - 6.0,
        y + 4.0
    )
}

fn ends(first: Option<&str>, last: Option<&str>) -> String {
    let mut out = String::new();
    if let Some(first) = first {
        out.push_str(&format!("<text x=\"{LEFT}\" y=\"{:.1}\">{first}</text>\n", HEIGHT - 8.0));
    }
    if let Some(last) = last.filter(|last| Some(*last) != first) {
        out.push_str(&format!(
            "<text x=\"{WIDTH}\" y=\"{:.1}\" text-anchor=\"end\">{last}</text>\n",
            HEIGHT - 8.0
        ));
    }
    out
}

fn link(url: &str) -> String {
    let shown = escape(url);
    if url.starts_with("https://") { format!("<a href=\"{shown}\">{shown}</a>") } else { shown }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::numbers::tests::sample;

    #[test]
    fn the_page_needs_nothing_from_elsewhere_and_escapes() {
        let mut gathered = sample();
        gathered.entries[0].slug = "<script>".to_owned();
        gathered.entries[0].pull_request = Some("javascript:alert(\"1\")".to_owned());
        let page = page(&gathered, &Numbers::of(&gathered));
        assert!(!page.contains("<script") && !page.contains("src=") && !page.contains("@import"));
        assert!(page.contains("&lt;script&gt;") && !page.contains("href=\"javascript"));
        assert_eq!(page.matches("<svg").count(), 2);
        assert_eq!(page.matches("<rect").count(), 3);
        assert!(page.contains("2026-01-02: 1 of 2"), "{page}");
    }
}
