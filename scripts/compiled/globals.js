/**
 * Jest runs tests in a context of its own, where every use of a global such as `Math` is a call into Node: slow enough to
 * be more than half the time of a test that reads a large file. Looking up a name of the module costs nothing.
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
  // Declared, imported or a parameter. Taking something else for one of these is harmless: the global stays slow.
  declared: new RegExp(
    `\\b(?:as|class|const|function|import|let|var)\\s+${name}\\b|[({,]\\s*${name}\\s*[,})]`,
  ),
}));

/** @returns the code of an ES module with a constant for each global that it uses. Every line keeps its number. */
export function withLocalGlobals(code) {
  const names = GLOBALS.filter(
    ({ used, declared }) => used.test(code) && !declared.test(code),
  ).map(({ name }) => name);
  return names.length === 0
    ? code
    : `const { ${names.join(", ")} } = globalThis; ${code}`;
}
