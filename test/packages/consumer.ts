import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ENTRIES } from './libraries.js';

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  experimentalDecorators: true,
  exactOptionalPropertyTypes: true,
  strict: true,
  skipLibCheck: false,
  noEmit: true,
  types: ['node'],
};

/** An application in TypeScript that imports every entry of the installed libraries. */
export class Consumer {
  private readonly program: ts.Program;
  private readonly main: string;

  /** @param sources what else it consists of */
  constructor(
    private readonly folder: string,
    ...sources: string[]
  ) {
    const main = ENTRIES.map((entry, at) => `export * as entry${at} from '${entry}';`).join('\n');
    const files = [main, ...sources].map((source, at) => write(join(folder, `application-${at}.ts`), source));
    this.main = files[0]!;
    const host = ts.createCompilerHost(OPTIONS);
    host.getCurrentDirectory = () => folder;
    this.program = ts.createProgram(files, OPTIONS, host);
  }

  /** What the compiler finds wrong with the application and with the libraries' own types. */
  errors(): string[] {
    return this.program
      .getSourceFiles()
      .filter(({ fileName }) => fileName.startsWith(this.folder))
      .flatMap((file) => [
        ...this.program.getSyntacticDiagnostics(file),
        ...this.program.getSemanticDiagnostics(file),
      ])
      .map(
        ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
      );
  }

  /** The names that an entry's types export, each with what it is. */
  names(entry: string): Map<string, string> {
    const checker = this.program.getTypeChecker();
    const specifier = this.program
      .getSourceFile(this.main)
      ?.statements.filter(ts.isExportDeclaration)
      .map(({ moduleSpecifier }) => moduleSpecifier)
      .find((expression) => expression && ts.isStringLiteral(expression) && expression.text === entry);
    const symbol = specifier && checker.getSymbolAtLocation(specifier);
    if (!symbol) throw new Error(`${entry} has no types.`);
    return new Map(
      checker.getExportsOfModule(symbol).map((name) => [name.name, kind(checker, name)] as const),
    );
  }
}

function write(file: string, source: string): string {
  writeFileSync(file, source);
  return file;
}

function kind(checker: ts.TypeChecker, symbol: ts.Symbol): string {
  const { flags } = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  if (flags & ts.SymbolFlags.Class) return 'class';
  if (flags & ts.SymbolFlags.Function) return 'function';
  return flags & ts.SymbolFlags.Value ? 'const' : 'type';
}
