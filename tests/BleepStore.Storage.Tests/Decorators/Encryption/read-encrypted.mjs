// Reads an encrypted object, written from docs/encryption-format.md alone and with nothing of the library.
// Use: node read-encrypted.mjs KEY_IN_HEX < object > plaintext. Exit code 1 when the object is damaged.
import { createDecipheriv, hkdfSync } from 'node:crypto';
import { readFileSync, writeSync } from 'node:fs';

const dataKey = Buffer.from(process.argv[2], 'hex');
const object = readFileSync(0);
const header = object.subarray(0, 768);
if (header.subarray(0, 8).toString('hex') !== '89424c50454e430a' || header[8] !== 1 || header[9] !== 16) throw new Error('no such object');
const partSize = header.readBigInt64BE(16);
const largestPart = header.readBigInt64BE(24);
const objectSalt = header.subarray(32, 64);

function partOf(offset) {
  if (partSize === 0n) return 1n;
  for (let number = 1n, size = partSize; ; number += 1000n, size *= 2n) {
    if (size >= largestPart) return number + offset / largestPart;
    if (offset < size * 1000n) return number + offset / size;
    offset -= size * 1000n;
  }
}

let part = 0n;
let salt;
let key;
for (let chunk = 0, at = 768; ; chunk++, at += 65568) {
  const stored = object.subarray(at, at + 65568);
  const isLast = stored.length < 65568;
  const number = partOf(BigInt(chunk) * 65536n);
  if (number !== part) {
    part = number;
    salt = stored.subarray(0, 16);
    const info = Buffer.concat([Buffer.from('BleepStore.Storage encryption 1\n'), header, salt]);
    key = Buffer.from(hkdfSync('sha256', dataKey, objectSalt, info, 32));
  }
  if (!salt.equals(stored.subarray(0, 16))) throw new Error('a chunk of another attempt');
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(chunk));
  nonce[11] = isLast ? 1 : 0;
  const cipher = createDecipheriv('aes-256-gcm', key, nonce);
  cipher.setAuthTag(stored.subarray(stored.length - 16));
  const plain = Buffer.concat([cipher.update(stored.subarray(16, stored.length - 16)), cipher.final()]);
  for (let done = 0; done < plain.length;) done += writeSync(1, plain, done);
  if (isLast) break;
}
