/** How Jest gets the JavaScript of a TypeScript file, and of the packages that do much work in tests. */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { compiled } from "./compiled.js";
import { withLocalGlobals } from "./globals.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export default {
  processAsync: async (source, path) => {
    if (!path.endsWith(".ts")) return { code: withLocalGlobals(source) };
    const { code, map } = await compiled(relative(ROOT, path));
    return { code: withLocalGlobals(code), map: JSON.parse(map) };
  },
};
