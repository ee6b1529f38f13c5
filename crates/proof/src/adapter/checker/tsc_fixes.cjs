// Prints, one a line, the edits that TypeScript itself offers for one error code in one file. Only fixes that leave
// alone what the program does: imports that nobody uses go, a name that only one module exports is imported,
// `override` and `import type` are written where they belong.
"use strict";

const path = require("node:path");

const [library, file, code, named] = process.argv.slice(2);
const ts = require(library);

/** Whether a place lies within an import. */
function isOfImport(source, position) {
  let node = source;
  for (;;) {
    const inner = ts.forEachChild(node, (child) =>
      child.getStart(source) <= position && position < child.end ? child : undefined,
    );
    if (!inner) return false;
    if (ts.isImportDeclaration(inner) || ts.isImportEqualsDeclaration(inner)) return true;
    node = inner;
  }
}

/** The fix to take for an error; nothing where there is a choice to make. */
function chosen(fixes, source, error) {
  const called = (name) => fixes.filter((fix) => fix.fixName === name);
  const unused = called("unusedIdentifier").filter((fix) => fix.description.startsWith("Remove"));
  if (unused.length > 0) return isOfImport(source, error.start) ? unused[0] : undefined;
  for (const name of ["fixOverrideModifier", "convertToTypeOnlyImport", "import"]) {
    const found = called(name);
    if (found.length > 0) return found.length === 1 ? found[0] : undefined;
  }
  return undefined;
}

function service(config) {
  const parsed = ts.getParsedCommandLineOfConfigFile(config, { noEmit: true }, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (problem) => {
      throw new Error(ts.flattenDiagnosticMessageText(problem.messageText, "\n"));
    },
  });
  return ts.createLanguageService({
    getScriptFileNames: () => parsed.fileNames,
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => {
      const text = ts.sys.readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => path.dirname(config),
    getCompilationSettings: () => parsed.options,
    getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  });
}

/** The edits of a fix, counted in bytes. */
function print(fix) {
  for (const change of fix.changes.filter((change) => !change.isNewFile)) {
    const text = ts.sys.readFile(change.fileName);
    for (const { span, newText } of change.textChanges) {
      const bytes = (end) => Buffer.byteLength(text.slice(0, end), "utf8");
      const edit = { file: change.fileName, start: bytes(span.start), end: bytes(span.start + span.length), text: newText };
      console.log(JSON.stringify({ edit }));
    }
  }
}

let config = named ? path.resolve(named) : ts.findConfigFile(process.cwd(), ts.sys.fileExists);
if (config && ts.sys.directoryExists(config)) config = path.join(config, "tsconfig.json");
if (!config) throw new Error("there is no tsconfig.json");
const checker = service(config);
const source = checker.getProgram().getSourceFile(file);
const errors = [...checker.getSyntacticDiagnostics(file), ...checker.getSemanticDiagnostics(file)];
for (const error of errors.filter((error) => `TS${error.code}` === code)) {
  const end = error.start + error.length;
  const format = ts.getDefaultFormatCodeSettings("\n");
  const fixes = checker.getCodeFixesAtPosition(file, error.start, end, [error.code], format, {});
  const fix = chosen(fixes, source, error);
  if (fix) print(fix);
}
