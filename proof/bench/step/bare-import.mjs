// bare.cjs with the `import` that most scripts have: Node then loads all that node:http could ever need.
const { PROLIFIC_URL } = globalThis.process.env;
await import(PROLIFIC_URL.startsWith("https:") ? "node:https" : "node:http");
await import("./bare.cjs");
