//! What the functions of Go's library take and give back, as far as candidates are made of them.

/// A function of the library.
pub(super) struct Signature {
    /// Types of the parameters, with commas; `*` where the number or the types vary.
    pub(super) parameters: &'static str,
    /// Type of the result as the language writes it.
    pub(super) result: &'static str,
}

/// Package, names with blanks, signature.
type Row = (&'static str, &'static str, Signature);

const fn row(
    package: &'static str,
    names: &'static str,
    parameters: &'static str,
    result: &'static str,
) -> Row {
    (package, names, Signature { parameters, result })
}

static TABLE: &[Row] = &[
    row("strings", "Index LastIndex Count Compare IndexAny LastIndexAny", "string,string", "int"),
    row("strings", "IndexByte LastIndexByte", "string,byte", "int"),
    row("strings", "IndexRune", "string,rune", "int"),
    row("strings", "Contains ContainsAny HasPrefix HasSuffix EqualFold", "string,string", "bool"),
    row("strings", "ContainsRune", "string,rune", "bool"),
    row("strings", "ToLower ToUpper ToTitle Title TrimSpace", "string", "string"),
    row("strings", "Trim TrimLeft TrimRight TrimPrefix TrimSuffix", "string,string", "string"),
    row("strings", "Repeat", "string,int", "string"),
    row("strings", "ReplaceAll", "string,string,string", "string"),
    row("strings", "Replace", "string,string,string,int", "string"),
    row("strings", "Join", "[]string,string", "string"),
    row("strings", "Split SplitAfter", "string,string", "[]string"),
    row("strings", "SplitN SplitAfterN", "string,string,int", "[]string"),
    row("strings", "Fields", "string", "[]string"),
    row("strings", "Cut", "string,string", "(string, string, bool)"),
    row("strings", "Map FieldsFunc TrimFunc IndexFunc NewReplacer", "*", ""),
    row("bytes", "Contains HasPrefix HasSuffix Equal", "[]byte,[]byte", "bool"),
    row("bytes", "Index LastIndex Count Compare", "[]byte,[]byte", "int"),
    row("bytes", "TrimSpace ToLower ToUpper", "[]byte", "[]byte"),
    row("strconv", "Itoa", "int", "string"),
    row("strconv", "Atoi", "string", "(int, error)"),
    row("strconv", "ParseInt ParseUint", "*", "(int64, error)"),
    row("strconv", "ParseFloat", "string,int", "(float64, error)"),
    row("strconv", "ParseBool", "string", "(bool, error)"),
    row("strconv", "Quote", "string", "string"),
    row("strconv", "FormatInt", "int64,int", "string"),
    row("strconv", "FormatFloat", "*", "string"),
    row("strconv", "FormatBool", "bool", "string"),
    row(
        "math",
        "Abs Ceil Floor Round RoundToEven Trunc Sqrt Cbrt Exp Exp2 Log Log2 Log10 Log1p Sin Cos Tan Asin Acos Atan",
        "float64",
        "float64",
    ),
    row("math", "Pow Mod Max Min Hypot Atan2 Dim Remainder", "float64,float64", "float64"),
    row("math", "IsNaN Signbit", "float64", "bool"),
    row("math", "IsInf", "float64,int", "bool"),
    row("math", "Inf", "int", "float64"),
    row("math", "NaN", "", "float64"),
    row("math", "Modf", "float64", "(float64, float64)"),
    row("sort", "Ints", "[]int", "()"),
    row("sort", "Strings", "[]string", "()"),
    row("sort", "Float64s", "[]float64", "()"),
    row("sort", "Slice SliceStable Sort Stable", "*", "()"),
    row("sort", "SearchInts", "[]int,int", "int"),
    row("sort", "SearchStrings", "[]string,string", "int"),
    row("sort", "IntsAreSorted", "[]int", "bool"),
    row("sort", "StringsAreSorted", "[]string", "bool"),
    row("slices", "Sort Reverse SortFunc SortStableFunc", "*", "()"),
    row("slices", "Contains Equal IsSorted", "*", "bool"),
    row("slices", "Index IndexFunc", "*", "int"),
    row(
        "unicode",
        "IsUpper IsLower IsDigit IsLetter IsNumber IsSpace IsPunct IsTitle IsControl IsSymbol",
        "rune",
        "bool",
    ),
    row("unicode", "ToUpper ToLower ToTitle", "rune", "rune"),
    row("utf8", "RuneCountInString", "string", "int"),
    row("utf8", "RuneCount", "[]byte", "int"),
    row("utf8", "ValidString", "string", "bool"),
    row("fmt", "Sprintf Sprint Sprintln", "*", "string"),
    row("fmt", "Errorf", "*", "error"),
    row("errors", "New", "string", "error"),
    row("errors", "Is", "error,error", "bool"),
    row("errors", "As", "*", "bool"),
    row("regexp", "MustCompile", "string", "*regexp.Regexp"),
    row("time", "Now", "", "time.Time"),
    row("time", "Since Until", "time.Time", "time.Duration"),
    row("filepath", "Base Dir Ext Clean", "string", "string"),
    row("filepath", "Join", "*", "string"),
    row("path", "Base Dir Ext Clean", "string", "string"),
    row("path", "Join", "*", "string"),
    row("os", "Getenv", "string", "string"),
];

/// What is known of a function by its name with the package.
pub(super) fn signature(name: &str) -> Option<&'static Signature> {
    let (package, function) = name.split_once('.')?;
    TABLE
        .iter()
        .find(|(known, names, _)| *known == package && names.split(' ').any(|name| name == function))
        .map(|(_, _, signature)| signature)
}

/// Whether candidates may name the package: then it has to be imported.
pub(super) fn is_package(name: &str) -> bool {
    TABLE.iter().any(|(package, ..)| *package == name)
}

/// The packages that candidates may name.
pub(super) fn packages() -> impl Iterator<Item = &'static str> {
    let mut last = "";
    TABLE
        .iter()
        .map(|(package, ..)| *package)
        .filter(move |package| std::mem::replace(&mut last, package) != *package)
}

/// The path of a package of the library.
pub(super) fn path(package: &str) -> &str {
    match package {
        "utf8" => "unicode/utf8",
        "filepath" => "path/filepath",
        other => other,
    }
}

/// Type of a constant of the library; empty if not known.
pub(super) fn constant(name: &str) -> &'static str {
    match name {
        "math.Pi" | "math.E" | "math.Sqrt2" | "math.Phi" | "math.MaxFloat64" => "float64?",
        "math.MaxInt" | "math.MinInt" | "math.MaxInt32" | "math.MinInt32" | "math.MaxInt64"
        | "math.MinInt64" => "int?",
        "time.Nanosecond" | "time.Microsecond" | "time.Millisecond" | "time.Second" | "time.Minute"
        | "time.Hour" => "time.Duration",
        _ => "",
    }
}
