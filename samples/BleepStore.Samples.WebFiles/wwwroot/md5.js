// The MD5 of bytes in hexadecimal digits (RFC 1321). Browsers have none, and the parts of an upload carry it on some clouds.

const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const constants = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);

/** @param {Uint8Array} bytes */
export function md5(bytes) {
  const tail = new Uint8Array(((bytes.length % 64) < 56 ? 64 : 128));
  const rest = bytes.length % 64;
  tail.set(bytes.subarray(bytes.length - rest));
  tail[rest] = 0x80;
  const view = new DataView(tail.buffer);
  view.setUint32(tail.length - 8, (bytes.length << 3) >>> 0, true);
  view.setUint32(tail.length - 4, Math.floor(bytes.length / 2 ** 29), true);

  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  const whole = new DataView(bytes.buffer, bytes.byteOffset, bytes.length - rest);
  for (let at = 0; at < whole.byteLength; at += 64) mix(state, whole, at);
  for (let at = 0; at < tail.length; at += 64) mix(state, view, at);

  const digest = new DataView(new ArrayBuffer(16));
  state.forEach((word, i) => digest.setInt32(i * 4, word, true));
  return Array.from(new Uint8Array(digest.buffer), byte => byte.toString(16).padStart(2, "0")).join("");
}

function mix(state, view, offset) {
  let [a, b, c, d] = state;
  for (let i = 0; i < 64; i++) {
    const round = i >> 4;
    let f, word;
    if (round === 0) { f = (b & c) | (~b & d); word = i; }
    else if (round === 1) { f = (d & b) | (~d & c); word = (5 * i + 1) & 15; }
    else if (round === 2) { f = b ^ c ^ d; word = (3 * i + 5) & 15; }
    else { f = c ^ (b | ~d); word = (7 * i) & 15; }
    const sum = (a + f + constants[i] + view.getInt32(offset + word * 4, true)) | 0;
    const shift = shifts[round * 4 + (i & 3)];
    [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
  }

  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
}
