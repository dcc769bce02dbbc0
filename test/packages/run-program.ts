import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of npm's or Node's to its end. Rejects, with all it printed, when it fails. */
export async function runProgram(folder: string, program: string, ...words: string[]): Promise<Output> {
  try {
    return await execute(program, words, { cwd: folder, shell: process.platform === 'win32' });
  } catch (error) {
    const { stdout, stderr } = error as Output;
    throw new Error(`${program} ${words.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
