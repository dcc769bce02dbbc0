import { open } from 'lmdb';

const TABLES = ['history', 'order', 'topics', 'journal', 'keys', 'claims', 'expiry', 'records'] as const;

/** How many rows there are in each table of a log that is closed. */
export async function tableCounts(path: string): Promise<Record<(typeof TABLES)[number], number>> {
  const root = open({ path, noSubdir: false, maxDbs: 16, readOnly: true });
  const counts = TABLES.map((table) => [table, root.openDB(table, {}).getKeysCount()]);
  await root.close();
  return Object.fromEntries(counts) as Record<(typeof TABLES)[number], number>;
}
