/**
 * One line that changes on a terminal; elsewhere a line whenever the work is another one.
 * @returns {(what: string) => void} call it with nothing to say to end the line
 */
export function progressLine() {
  const started = Date.now();
  let shown = '';
  return (what) => {
    const seconds = `${Math.round((Date.now() - started) / 1000)} s`.padStart(6);
    if (process.stdout.isTTY) return void process.stdout.write(`\r\x1b[K${what && `${seconds}  ${what}`}`);
    const stage = what.replace(/:.*/, '');
    if (stage !== shown && stage) console.log(`${seconds}  ${stage}`);
    shown = stage;
  };
}
