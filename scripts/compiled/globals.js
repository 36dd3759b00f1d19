/**
 * Jest runs tests in a separate context, where every use of a global such as `Math` is a call into Node. In a test that
 * reads a large file, this takes more than half of the time. A constant of the module is fast.
 */

// Names that tests replace, such as `process` or `fetch`, are not among them.
const GLOBALS = [
  ...["Object", "Array", "Number", "Boolean", "String", "Symbol", "BigInt"],
  ...["Date", "Promise", "RegExp", "JSON", "Math", "Proxy", "Reflect"],
  ...["Error", "AggregateError", "RangeError", "SyntaxError", "TypeError"],
  ...["Map", "Set", "WeakMap", "WeakSet", "ArrayBuffer", "DataView", "Buffer"],
  ...["Uint8Array", "Uint16Array", "Uint32Array", "Float64Array"],
  ...["URL", "URLSearchParams", "TextEncoder", "TextDecoder"],
  ...["AbortController", "AbortSignal", "Event"],
].map((name) => ({
  name,
  used: new RegExp(`\\b${name}\\b`),
  // Declared, imported or a parameter. A wrong match is harmless: the global stays slow.
  declared: new RegExp(
    `\\b(?:as|class|const|function|import|let|var)\\s+${name}\\b|[({,]\\s*${name}\\s*[,})]`,
  ),
}));

/** @returns the code of an ES module with a constant for each global that it uses. Line numbers do not change. */
export function withLocalGlobals(code) {
  const names = GLOBALS.filter(
    ({ used, declared }) => used.test(code) && !declared.test(code),
  ).map(({ name }) => name);
  return names.length === 0
    ? code
    : `const { ${names.join(", ")} } = globalThis; ${code}`;
}
