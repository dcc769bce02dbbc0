import { crc32 } from 'node:zlib';
import { DamageError } from './file/lmdb-page.js';

const SUM_BYTES = 4;

/** How the rows of a table are written, each with a checksum. lmdb calls it. */
export interface RowCodec<Row> {
  encode(row: Row): Buffer;
  /**
   * @param bytes of which the first are the row, as many as `length` says
   * @throws DamageError when it is not what was encoded
   */
  decode(bytes: Buffer): Row;
}

/** Rows that are text. */
export const textRows: RowCodec<string> = {
  encode(text) {
    const bytes = Buffer.allocUnsafe(SUM_BYTES + Buffer.byteLength(text));
    bytes.write(text, SUM_BYTES);
    bytes.writeUInt32LE(crc32(bytes.subarray(SUM_BYTES)));
    return bytes;
  },
  decode(bytes) {
    // lmdb uses a buffer again, and sets its length without changing where it ends.
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (text.length < SUM_BYTES || text.readUInt32LE() !== crc32(text.subarray(SUM_BYTES))) {
      throw new DamageError('a row is not what was written');
    }
    return text.toString('utf8', SUM_BYTES);
  },
};

/** Rows of a few short values, as JSON. */
export function jsonRows<Row>(): RowCodec<Row> {
  return {
    encode: (row) => textRows.encode(JSON.stringify(row)),
    decode: (bytes) => JSON.parse(textRows.decode(bytes)) as Row,
  };
}

/** Rows that end with a text that may be long: what is before it as JSON, which has no line break. */
export function jsonAndTextRows<Head>(): RowCodec<readonly [head: Head, text: string]> {
  return {
    encode: ([head, text]) => textRows.encode(`${JSON.stringify(head)}\n${text}`),
    decode(bytes) {
      const row = textRows.decode(bytes);
      const end = row.indexOf('\n');
      return [JSON.parse(row.slice(0, end)) as Head, row.slice(end + 1)];
    },
  };
}
