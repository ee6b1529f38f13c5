//! What Go's library offers to candidates.

use crate::language::Kind;
use crate::language::vocabulary::{Blocks, Syntax, Vocabulary, Weighted, number_clauses, number_doubts};

pub(super) static SYNTAX: Syntax = Syntax {
    and: "&&",
    or: "||",
    not: "!",
    truth: "true",
    falsehood: "false",
    equal: "==",
    unequal: "!=",
    operators: &[],
    strict_floats: false,
    dynamic: false,
    end: "",
    indent: "\t",
    blocks: Blocks::Braces,
};

pub(super) static VOCABULARY: Vocabulary = Vocabulary {
    families: FAMILIES,
    methods: |_| &[],
    wrappers,
    doubts,
    clauses,
    size: |kind| match kind {
        Kind::Integer | Kind::Float | Kind::Boolean | Kind::Character | Kind::Function => None,
        _ => Some("len({})"),
    },
    last_index: Some("len({})-1"),
    statements: &[
        ("sort.Ints({})", 1.0),
        ("sort.Strings({})", 0.8),
        ("sort.Slice({}, func(i, j int) bool { return {}[i] < {}[j] })", 0.7),
        ("sort.Slice({}, func(i, j int) bool { return {}[i] > {}[j] })", 0.7),
        ("slices.Sort({})", 0.7),
        ("slices.Reverse({})", 0.6),
        ("sort.Sort(sort.Reverse(sort.IntSlice({})))", 0.4),
        ("sort.SliceStable({}, func(i, j int) bool { return len({}[i]) < len({}[j]) })", 0.2),
        ("sort.Float64s({})", 0.3),
        ("sort.Sort({})", 0.2),
        ("{} = {}[:len({})-1]", 0.4),
        ("{} = {}[1:]", 0.3),
        ("{} = slices.Clone({})", 0.3),
        ("{} = slices.Compact({})", 0.2),
    ],
    absolute: Some("math.Abs({})"),
};

const FAMILIES: &[&[&str]] = &[
    &["HasPrefix", "HasSuffix"],
    &["ToLower", "ToUpper", "ToTitle", "Title"],
    &["Floor", "Ceil", "Round", "Trunc", "RoundToEven"],
    &["Max", "Min"],
    &["min", "max"],
    &["TrimPrefix", "TrimSuffix"],
    &["TrimLeft", "TrimRight", "Trim", "TrimPrefix", "TrimSuffix"],
    &["CutPrefix", "CutSuffix"],
    &["Contains", "HasPrefix", "HasSuffix", "EqualFold"],
    &["Contains", "ContainsAny", "ContainsRune"],
    &["Index", "LastIndex", "IndexByte", "Count"],
    &["IndexAny", "LastIndexAny", "IndexByte"],
    &["Split", "SplitAfter", "Fields"],
    &["SplitN", "SplitAfterN"],
    &["Replace", "ReplaceAll"],
    &["IsUpper", "IsLower", "IsTitle"],
    &["IsDigit", "IsNumber", "IsLetter"],
    &["IsLetter", "IsUpper", "IsLower", "IsSpace", "IsPunct"],
    &["Ints", "Strings", "Float64s"],
    &["Slice", "SliceStable"],
    &["Sort", "Stable", "Reverse"],
    &["Atoi", "ParseInt"],
    &["ParseInt", "ParseUint"],
    &["Itoa", "Quote"],
    &["FormatInt", "FormatUint"],
    &["Before", "After", "Equal"],
    &["Now", "Unix"],
    &["Since", "Until"],
    &["Seconds", "Milliseconds", "Microseconds", "Nanoseconds", "Minutes", "Hours"],
    &["Unix", "UnixMilli", "UnixMicro", "UnixNano"],
    &["Add", "Sub"],
    &["AddDate", "Add"],
    &["UTC", "Local"],
    &["Year", "Month", "Day", "YearDay"],
    &["Hour", "Minute", "Second", "Nanosecond"],
    &["Lock", "RLock"],
    &["Unlock", "RUnlock"],
    &["Lock", "Unlock"],
    &["Load", "Store"],
    &["Done", "Wait"],
    &["len", "cap"],
    &["Sprintf", "Sprint", "Sprintln"],
    &["Printf", "Print", "Println"],
    &["Fprintf", "Fprint", "Fprintln"],
    &["Errorf", "New"],
    &["Is", "As"],
    &["Base", "Dir", "Ext"],
    &["Clean", "Base", "Dir"],
    &["Marshal", "MarshalIndent"],
    &["QueryEscape", "PathEscape"],
    &["QueryUnescape", "PathUnescape"],
    &["EncodeToString", "DecodeString"],
    &["StdEncoding", "URLEncoding", "RawStdEncoding", "RawURLEncoding"],
    &["BigEndian", "LittleEndian"],
    &["MatchString", "FindString"],
    &["FindString", "FindAllString", "FindStringSubmatch"],
    &["ReadString", "ReadBytes", "ReadLine"],
    &["WriteString", "WriteByte", "WriteRune"],
    &["PushBack", "PushFront"],
    &["Front", "Back"],
    &["Next", "Prev"],
    &["Log", "Log2", "Log10", "Log1p"],
    &["Exp", "Exp2", "Pow"],
    &["Sin", "Cos", "Tan"],
    &["Asin", "Acos", "Atan"],
    &["Sqrt", "Cbrt"],
    &["Mod", "Remainder"],
    &["MaxInt", "MinInt"],
    &["Intn", "Int63n", "Int31n"],
    &["RuneCountInString", "RuneCount"],
    &["int", "int64", "int32", "uint", "uint64", "float64"],
    &["byte", "rune"],
    &["float64", "float32"],
    &["Get", "Set", "Add", "Del"],
    &["Encode", "Decode"],
    &["First", "Last"],
    &["Push", "Pop"],
    &["Keys", "Values"],
];

fn wrappers(kind: &Kind) -> Weighted {
    match kind {
        Kind::Text => &[
            ("strings.ToLower({})", 1.0),
            ("strings.TrimSpace({})", 1.0),
            ("strings.ToUpper({})", 0.7),
            ("len({})", 0.5),
            ("[]rune({})", 0.4),
            ("utf8.RuneCountInString({})", 0.2),
            ("strconv.Quote({})", 0.2),
            ("[]byte({})", 0.2),
            ("strings.Fields({})", 0.2),
        ],
        Kind::Integer => &[
            ("int(math.Abs(float64({})))", 0.7),
            ("strconv.Itoa({})", 0.5),
            ("max({}, 0)", 0.4),
            ("max({}, 1)", 0.3),
            ("float64({})", 0.4),
            ("int64({})", 0.3),
            ("int({})", 0.3),
        ],
        Kind::Float => &[
            ("math.Abs({})", 1.0),
            ("math.Round({})", 0.8),
            ("math.Floor({})", 0.6),
            ("math.Ceil({})", 0.6),
            ("math.Sqrt({})", 0.3),
            ("int({})", 0.3),
            ("math.Pow({}, 2)", 0.4),
            ("math.Pow({}, 3)", 0.3),
        ],
        Kind::Character => &[
            ("unicode.ToLower({})", 0.8),
            ("unicode.ToUpper({})", 0.6),
            ("string({})", 0.5),
            ("int({})", 0.3),
            ("rune({})", 0.3),
        ],
        Kind::List => &[("len({})", 0.6), ("string({})", 0.2)],
        Kind::Map => &[("len({})", 0.5)],
        Kind::Boolean | Kind::Function => &[],
        Kind::Named(_) | Kind::Unknown => &[
            ("strings.ToLower({})", 0.3),
            ("strings.TrimSpace({})", 0.3),
            ("len({})", 0.3),
            ("math.Abs({})", 0.2),
            ("int({})", 0.2),
            ("float64({})", 0.2),
            ("string({})", 0.2),
        ],
    }
}

fn doubts(kind: &Kind) -> Vec<(&'static str, f64)> {
    match kind {
        Kind::Integer | Kind::Float => {
            [number_doubts(0.7), vec![("{} > 1", 0.1), ("{} > 2", 0.1), ("{} > 3", 0.1)]].concat()
        }
        Kind::Text => vec![("{} == \"\"", 1.0), ("len({}) < 2", 0.3), ("len({}) == 1", 0.3)],
        Kind::List => {
            vec![("len({}) == 0", 1.0), ("{} == nil", 0.5), ("len({}) < 2", 0.3), ("len({}) == 1", 0.3)]
        }
        Kind::Map => vec![("len({}) == 0", 0.7), ("{} == nil", 0.7)],
        Kind::Function => vec![("{} == nil", 0.8)],
        Kind::Named(name) if name == "error" => vec![("{} != nil", 1.0)],
        Kind::Named(name) if name.starts_with('*') => vec![("{} == nil", 1.0)],
        Kind::Named(_) => vec![("{} == nil", 0.4)],
        Kind::Unknown => [vec![("{} == nil", 0.6)], number_doubts(0.15)].concat(),
        Kind::Boolean => vec![("{}", 0.3), ("!{}", 0.3)],
        Kind::Character => vec![("{} == ' '", 0.2), ("{} == 0", 0.1)],
    }
}

fn clauses(kind: &Kind) -> Vec<(&'static str, bool, f64)> {
    match kind {
        Kind::Integer => number_clauses(0.4),
        Kind::Float => vec![
            ("{} > 0", false, 0.4),
            ("{} != 0", true, 0.3),
            ("{} >= 0", false, 0.3),
            ("math.Mod({}, 2) == 0", false, 0.1),
            ("math.Mod({}, 2) != 0", false, 0.1),
        ],
        Kind::Text => vec![("{} != \"\"", true, 0.6), ("{} == \"\"", true, 0.3), ("len({}) > 1", true, 0.2)],
        Kind::List | Kind::Map => {
            vec![("len({}) > 0", true, 0.6), ("{} != nil", true, 0.4), ("len({}) == 0", true, 0.3)]
        }
        Kind::Boolean => vec![("{}", false, 0.6), ("!{}", false, 0.6)],
        Kind::Function => vec![("{} != nil", true, 0.4)],
        Kind::Character => vec![
            ("unicode.IsLetter({})", false, 0.2),
            ("unicode.IsDigit({})", false, 0.2),
            ("{} != ' '", false, 0.2),
        ],
        Kind::Named(name) if name == "error" => vec![("{} == nil", true, 0.6), ("{} != nil", true, 0.5)],
        Kind::Named(_) => vec![("{} != nil", true, 0.7), ("{} == nil", true, 0.4)],
        Kind::Unknown => [vec![("{} != nil", true, 0.6)], number_clauses(0.15)].concat(),
    }
}
