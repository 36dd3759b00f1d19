/** `npm run bench`: a table of what the action costs beside other tools, each pair measured alternating in one run. */
import { cpus } from "node:os";

const model = cpus()[0]?.model ?? "unknown processor";
console.log(
  `Node ${process.versions.node}, ${String(cpus().length)} × ${model}\n\n` +
    "| What | This action | Beside it | Ratio or difference |\n| --- | --- | --- | --- |",
);
await import("./preflight.ts");
await import("./upload.ts");
