//! What a number is and where it is found: the meaning of `metric`.

/// Where the number of a run is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Metric {
    /// Wall-clock time of the whole run, in milliseconds: `wall`.
    Wall,
    /// Peak memory of the run's largest process, in MiB: `peak-memory`.
    PeakMemory,
    /// A number in a JSON file that the run writes: `json:results/bench.json#/mean`.
    Json {
        /// File, relative to the checkout.
        file: String,
        /// JSON pointer (RFC 6901).
        pointer: String,
    },
    /// A number known by its label or unit in the output, in one unit.
    Preset(Preset),
    /// A regular expression whose first group is the number in the output.
    Pattern(String),
}

/// Numbers that outputs print in one of a few ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// `duration: 1.2 s`, `took 900 ms`, `time=3m`: in milliseconds.
    Duration,
    /// Any number with a unit of time behind it: in milliseconds.
    Milliseconds,
    /// `512.3 samples/s`, `1.2k samples/sec`: in samples a second.
    SamplesPerSecond,
    /// `80 tokens/s`, `80 tok/s`: in tokens a second.
    TokensPerSecond,
}

impl Metric {
    /// Reads what the user wrote.
    ///
    /// # Errors
    /// Says what is wrong with a `json:` that is none. Patterns are not compiled here.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(place) = text.strip_prefix("json:") {
            let (file, pointer) =
                place.split_once('#').ok_or("it has no `#` between the file and the JSON pointer")?;
            if !(pointer.is_empty() || pointer.starts_with('/')) {
                return Err("the JSON pointer behind `#` begins with `/`".to_owned());
            }
            let leads_out = file.starts_with('/') || file.split('/').any(|part| part == "..");
            if file.is_empty() || leads_out || file.contains('\0') {
                return Err("the file is not a path within the repository".to_owned());
            }
            return Ok(Metric::Json { file: file.to_owned(), pointer: pointer.to_owned() });
        }
        Ok(match text {
            "wall" => Metric::Wall,
            "peak-memory" => Metric::PeakMemory,
            "duration" | "time" => Metric::Preset(Preset::Duration),
            "ms" => Metric::Preset(Preset::Milliseconds),
            "samples/s" => Metric::Preset(Preset::SamplesPerSecond),
            "tokens/s" => Metric::Preset(Preset::TokensPerSecond),
            pattern => Metric::Pattern(pattern.to_owned()),
        })
    }

    /// Unit of the numbers, where it is known.
    #[must_use]
    pub const fn unit(&self) -> Option<&'static str> {
        match self {
            Metric::Wall | Metric::Preset(Preset::Duration | Preset::Milliseconds) => Some("ms"),
            Metric::PeakMemory => Some("MiB"),
            Metric::Preset(Preset::SamplesPerSecond) => Some("samples/s"),
            Metric::Preset(Preset::TokensPerSecond) => Some("tokens/s"),
            Metric::Json { .. } | Metric::Pattern(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_files_and_patterns_are_told_apart() {
        for (text, unit) in [
            ("wall", Some("ms")),
            ("peak-memory", Some("MiB")),
            ("time", Some("ms")),
            ("samples/s", Some("samples/s")),
            ("json:out/bench.json#/runs/0/mean", None),
            ("took ([0-9]+) ms", None),
        ] {
            assert_eq!(Metric::parse(text).unwrap().unit(), unit, "{text}");
        }
        let file = Metric::Json { file: "b.json".to_owned(), pointer: String::new() };
        assert_eq!(Metric::parse("json:b.json#"), Ok(file));
        for wrong in ["json:", "json:x", "json:x#y", "json:../x#/a", "json:/x#/a", "json:a/../b#/a"] {
            assert!(Metric::parse(wrong).is_err(), "{wrong}");
        }
    }
}
