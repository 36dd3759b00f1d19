// Loaded into a step with --require: leaves its peak memory in a file when it ends.
const { writeFileSync } = require("node:fs");
process.on("exit", () => {
  writeFileSync(
    process.env.PEAK_MEMORY_FILE,
    String(process.resourceUsage().maxRSS),
  );
});
