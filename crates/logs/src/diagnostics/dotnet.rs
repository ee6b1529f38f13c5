//! .NET and MSVC: compilers, MSBuild, NuGet, PowerShell.

use super::rule::{Rule, diagnostic, warning};

pub(super) const RULES: &[Rule] = &[
    diagnostic(
        "",
        "error ",
        r"^\s*(?:\d+>)?(?P<file>\S[^(]*)\((?P<line>\d+)(?:,(?P<col>\d+))?(?:,\d+,\d+)?\)\s?: (?:fatal )?error(?: (?P<code>[A-Z]+\d*))? ?: (?P<msg>.+?)(?: \[[^\]]*proj\])?$",
        "src/A.cs(3,5): error CS0103: The name 'x' does not exist [/w/a.csproj]",
    ),
    diagnostic(
        "dotnet",
        "error ¦ error : ",
        r"^\s*(?:\d+>)?(?P<file>\S.*?)\s*: (?:fatal )?error(?: (?P<code>[A-Z]{2,}\d+))?\s*: (?P<msg>.+?)(?: \[[^\]]*proj\])?$",
        "/w/a.csproj : error NU1101: Unable to find package x.",
    ),
    warning(
        "dotnet",
        "warning ",
        r"^\s*(?:\d+>)?(?P<file>\S[^(]*)\((?P<line>\d+)(?:,(?P<col>\d+))?\)\s?: warning (?P<code>[A-Z]+\d*): (?P<msg>.+?)(?: \[[^\]]*proj\])?$",
        "src/A.cs(3,5): warning CS0168: x [/w/a.csproj]",
    ),
    diagnostic(
        "dotnet",
        "Unhandled exception. ¦Unhandled Exception: ",
        r"^(?:\[ERROR\] FATAL UNHANDLED EXCEPTION: |Unhandled [eE]xception[.:] )(?P<msg>.+)",
        "Unhandled exception. System.InvalidOperationException: no",
    ),
    diagnostic(
        "powershell",
        "is not recognized as",
        r"^(?:.*: )?(?P<msg>(?:The term )?'.*' is not recognized as .*)",
        "foo : The term 'foo' is not recognized as the name of a cmdlet",
    ),
    diagnostic(
        "powershell",
        "Write-¦Invoke-¦Get-¦Set-¦Import-¦New-¦Remove-¦Start-¦Install-¦Copy-¦Move-¦Add-¦Test-",
        r"^(?P<code>(?:Write|Invoke|Get|Set|Import|New|Remove|Start|Install|Copy|Move|Add|Test)-\w+) ?: (?P<msg>.+)",
        "Write-Error: Build failed",
    ),
];
