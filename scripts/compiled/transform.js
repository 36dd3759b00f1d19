/** How Jest comes by the JavaScript of a TypeScript file. */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { compiled } from "./compiled.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export default {
  processAsync: async (_, path) => {
    const { code, map } = await compiled(relative(ROOT, path));
    return { code, map: JSON.parse(map) };
  },
};
