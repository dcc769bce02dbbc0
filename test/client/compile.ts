import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../packages/libraries.js';

/** What a `tsconfig.json` says. */
export function readConfig(path: string, more: ts.CompilerOptions = {}): ts.ParsedCommandLine {
  const onUnRecoverableConfigFileDiagnostic = ({ messageText }: ts.Diagnostic): never => {
    throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'));
  };
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic };
  return ts.getParsedCommandLineOfConfigFile(join(ROOT, path), more, host)!;
}

/** What the compiler finds wrong with each of these modules, which may import the libraries. */
export function compile(modules: readonly string[]): string[][] {
  const { options } = readConfig('tsconfig.json', { exactOptionalPropertyTypes: true });
  const names = modules.map((_, at) => join(ROOT, 'test/client', `module-${at}.ts`));
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (name) => modules[names.indexOf(name)] ?? readFile(name);
  host.fileExists = (name) => names.includes(name) || fileExists(name);
  const program = ts.createProgram(names, options, host);
  return names.map((name) => {
    const file = program.getSourceFile(name);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'),
    );
  });
}
