// An Aho-Corasick automaton over bytes. A state is one number: 0 or more is the start of a row in `rows` (states at most two
// bytes deep, where nearly every byte of a log is spent), a negative one is `~n`, node `n` of the trie with its few edges.

/** Immutable once built; any number of scans may share it. */
export interface ByteAutomaton {
  readonly rows: Int32Array;
  /** Column of a row for each byte; bytes that no pattern holds share column 0. */
  readonly columns: Uint8Array | Uint16Array;
  readonly columnCount: number;
  readonly rowNodes: Int32Array;
  readonly trie: Trie;
}

interface Trie {
  readonly byte: Uint8Array;
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
  readonly depth: Int32Array;
  /** Length of the longest pattern that ends here; 0 for none. */
  readonly match: Int32Array;
  /** Length of the shortest pattern that passes through here. */
  readonly shortest: Int32Array;
  /** The node of the longest proper suffix. */
  readonly suffix: Int32Array;
  /** The same as a state. */
  readonly suffixState: Int32Array;
  readonly size: number;
}

export const START_STATE = 0;
const ROW_DEPTH = 2;
const NONE = -1;

/** @param patterns each at least three bytes long: states of the first two bytes never end a match. */
export function buildAutomaton(patterns: readonly Uint8Array[]): ByteAutomaton {
  if (patterns.some((pattern) => pattern.length <= ROW_DEPTH)) throw new Error("a pattern is too short");
  const trie = buildTrie(patterns);
  const order = breadthFirst(trie);
  linkSuffixes(trie, order);
  const columns = new Uint16Array(256);
  let columnCount = 1;
  for (let node = 1; node < trie.size; node++) {
    const byte = at(trie.byte, node);
    if (columns[byte] === 0) columns[byte] = columnCount++;
  }
  const rowNodes = order.filter((node) => at(trie.depth, node) <= ROW_DEPTH);
  const rows = buildRows(trie, rowNodes, columns, columnCount);
  return { rows, columns, columnCount, rowNodes, trie };
}

/** One byte further from a negative state. */
export function stepDeep(automaton: ByteAutomaton, state: number, byte: number): number {
  const { trie, rows, columns } = automaton;
  let from = state;
  while (from < 0) {
    const child = findChild(trie, ~from, byte);
    if (child !== NONE) return ~child;
    from = at(trie.suffixState, ~from);
  }
  return at(rows, from + at(columns, byte));
}

/** How many of the last bytes may still become a match. */
export function pendingLength(automaton: ByteAutomaton, state: number): number {
  return at(automaton.trie.depth, nodeOf(automaton, state));
}

/** The longest end of the input that holds more than half of a pattern; 0 for none. */
export function longestFragment(automaton: ByteAutomaton, state: number): number {
  const { depth, shortest, suffix } = automaton.trie;
  for (let node = nodeOf(automaton, state); node > 0; node = at(suffix, node)) {
    if (at(depth, node) > ROW_DEPTH && 2 * at(depth, node) > at(shortest, node)) return at(depth, node);
  }
  return 0;
}

function nodeOf(automaton: ByteAutomaton, state: number): number {
  return state < 0 ? ~state : at(automaton.rowNodes, state / automaton.columnCount);
}

function buildTrie(patterns: readonly Uint8Array[]): Trie {
  const limit = patterns.reduce((sum, pattern) => sum + pattern.length, 1);
  const trie = {
    byte: new Uint8Array(limit),
    firstChild: new Int32Array(limit).fill(NONE),
    nextSibling: new Int32Array(limit).fill(NONE),
    depth: new Int32Array(limit),
    match: new Int32Array(limit),
    shortest: new Int32Array(limit).fill(0x7fffffff),
    suffix: new Int32Array(limit),
    suffixState: new Int32Array(limit),
    size: 1,
  };
  for (const pattern of patterns) {
    let node = 0;
    for (const byte of pattern) {
      let child = findChild(trie, node, byte);
      if (child === NONE) {
        child = trie.size++;
        trie.byte[child] = byte;
        trie.depth[child] = at(trie.depth, node) + 1;
        trie.nextSibling[child] = at(trie.firstChild, node);
        trie.firstChild[node] = child;
      }
      trie.shortest[child] = Math.min(at(trie.shortest, child), pattern.length);
      node = child;
    }
    trie.match[node] = pattern.length;
  }
  return trie;
}

function breadthFirst(trie: Trie): Int32Array {
  const order = new Int32Array(trie.size);
  let end = 1;
  for (let next = 0; next < end; next++) {
    for (let child = at(trie.firstChild, at(order, next)); child !== NONE; child = at(trie.nextSibling, child)) {
      order[end++] = child;
    }
  }
  return order;
}

function linkSuffixes(trie: Trie, order: Int32Array): void {
  for (const parent of order) {
    for (let child = at(trie.firstChild, parent); child !== NONE; child = at(trie.nextSibling, child)) {
      const suffix = parent === 0 ? 0 : longestSuffix(trie, at(trie.suffix, parent), at(trie.byte, child));
      trie.suffix[child] = suffix;
      if (trie.match[child] === 0) trie.match[child] = at(trie.match, suffix);
    }
  }
}

function longestSuffix(trie: Trie, start: number, byte: number): number {
  for (let node = start; ; node = at(trie.suffix, node)) {
    const child = findChild(trie, node, byte);
    if (child !== NONE) return child;
    if (node === 0) return 0;
  }
}

function buildRows(trie: Trie, rowNodes: Int32Array, columns: Uint16Array, columnCount: number): Int32Array {
  const stateOf = new Int32Array(trie.size);
  for (let node = 0; node < trie.size; node++) stateOf[node] = ~node;
  rowNodes.forEach((node, row) => {
    stateOf[node] = row * columnCount;
  });
  const rows = new Int32Array(rowNodes.length * columnCount);
  for (const node of rowNodes) {
    const row = at(stateOf, node);
    // The suffix is shallower, so its row is complete already.
    if (node !== 0)
      rows.copyWithin(row, at(stateOf, at(trie.suffix, node)), at(stateOf, at(trie.suffix, node)) + columnCount);
    for (let child = at(trie.firstChild, node); child !== NONE; child = at(trie.nextSibling, child)) {
      rows[row + at(columns, at(trie.byte, child))] = at(stateOf, child);
    }
  }
  for (let node = 0; node < trie.size; node++) trie.suffixState[node] = at(stateOf, at(trie.suffix, node));
  return rows;
}

function findChild(trie: Trie, node: number, byte: number): number {
  let child = at(trie.firstChild, node);
  while (child !== NONE && trie.byte[child] !== byte) child = at(trie.nextSibling, child);
  return child;
}

/** Reads a typed array where the index is known to be inside. */
function at(array: Int32Array | Uint8Array | Uint16Array, index: number): number {
  return array[index] ?? 0;
}
