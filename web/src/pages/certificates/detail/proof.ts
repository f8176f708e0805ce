// Checks what the audit log says of itself (RFC 9162, 2.1.3.2; C2SP tlog-checkpoint and signed-note),
// in the browser: the server's word is not taken for it.

export interface Proof {
  leaf_index: number;
  tree_size: number;
  leaf: string;
  hashes: string[];
  checkpoint: string;
}

type Bytes = Uint8Array<ArrayBuffer>;

export const fromBase64 = (text: string): Bytes =>
  Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

const same = (a: Bytes, b: Bytes) =>
  a.length === b.length && a.every((value, index) => value === b[index]);

async function hash(...parts: Bytes[]): Promise<Bytes> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", all));
}

const leafMark = new Uint8Array([0]);
const nodeMark = new Uint8Array([1]);

/** The root that follows from a leaf and its path; nothing when the path does not fit the tree. */
export async function rootOf(proof: Proof): Promise<Bytes | undefined> {
  if (proof.leaf_index < 0 || proof.leaf_index >= proof.tree_size) return undefined;
  let at = BigInt(proof.leaf_index);
  let last = BigInt(proof.tree_size) - 1n;
  let root = await hash(leafMark, new TextEncoder().encode(proof.leaf));
  for (const text of proof.hashes) {
    if (last === 0n) return undefined;
    const other = fromBase64(text);
    if (at & 1n || at === last) {
      root = await hash(nodeMark, other, root);
      while (at !== 0n && !(at & 1n)) {
        at >>= 1n;
        last >>= 1n;
      }
    } else {
      root = await hash(nodeMark, root, other);
    }
    at >>= 1n;
    last >>= 1n;
  }
  return last === 0n ? root : undefined;
}

export interface Checkpoint {
  origin: string;
  size: number;
  root: Bytes;
}

export function readCheckpoint(note: string): Checkpoint | undefined {
  const [origin, size, root] = note.split("\n");
  if (!origin || !size || !/^\d+$/.test(size) || !root) return undefined;
  try {
    return { origin, size: Number(size), root: fromBase64(root) };
  } catch {
    return undefined;
  }
}

/** Whether the entry is in the tree that the checkpoint names. */
export async function isIncluded(proof: Proof): Promise<boolean> {
  const checkpoint = readCheckpoint(proof.checkpoint);
  if (!checkpoint || checkpoint.size !== proof.tree_size) return false;
  const root = await rootOf(proof);
  return root !== undefined && same(root, checkpoint.root);
}

/** Whether the key signed the note; nothing where the browser knows no Ed25519. */
export async function isSigned(note: string, verifierKey: string): Promise<boolean | undefined> {
  const [name, , ...rest] = verifierKey.split("+");
  const key = fromBase64(rest.join("+"));
  // 1 is Ed25519 in signed notes.
  if (key[0] !== 1 || key.length !== 33) return undefined;
  const end = note.indexOf("\n\n");
  const line = note
    .slice(end + 2)
    .split("\n")
    .find((one) => one.startsWith(`— ${name} `));
  if (end < 0 || !line) return false;
  const signature = fromBase64(line.slice(`— ${name} `.length)).slice(4);
  try {
    const imported = await crypto.subtle.importKey("raw", key.slice(1), "Ed25519", false, [
      "verify",
    ]);
    const text = new TextEncoder().encode(note.slice(0, end + 1));
    return await crypto.subtle.verify("Ed25519", imported, signature, text);
  } catch {
    return undefined;
  }
}
