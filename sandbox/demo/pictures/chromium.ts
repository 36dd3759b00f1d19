/** Takes pictures of pages with a headless Chromium that is installed on this machine. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "chrome"];
const WIDTH = 800;
const LIMIT_MS = 60_000;

/** @throws if it is not installed, and says what to install. */
export function findChromium(chosen: string | undefined): string {
  const names = chosen === undefined || chosen === "" ? NAMES : [chosen];
  const found = names.find(
    (name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0,
  );
  if (found !== undefined) return found;
  throw new Error(
    `Pictures need Chromium or Chrome; there is none under the name ${names.join(", ")}. ` +
      "Install it (Debian, Ubuntu: apt-get install chromium fonts-noto-color-emoji), or name it in CHROMIUM.",
  );
}

/** Draws a page as high as its content, at twice the size. */
export function draw(chromium: string, html: string, png: string): void {
  const folder = mkdtempSync(join(tmpdir(), "chromium-"));
  const page = join(folder, "page.html");
  const run = (height: number, ...flags: string[]) =>
    execFileSync(
      chromium,
      [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--force-device-scale-factor=2",
        `--user-data-dir=${mkdtempSync(join(folder, "profile-"))}`,
        `--window-size=${String(WIDTH)},${String(height)}`,
        ...flags,
        pathToFileURL(page).href,
      ],
      {
        encoding: "utf8",
        timeout: LIMIT_MS,
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
  try {
    // The height of the content is only known after its layout.
    writeFileSync(
      page,
      `${html}<script>document.title = document.documentElement.offsetHeight;</script>`,
    );
    const height = Number(
      /<title>(\d+)<\/title>/.exec(run(600, "--dump-dom"))?.[1],
    );
    if (!(height > 0)) throw new Error("Chromium did not lay out the page.");
    writeFileSync(page, html);
    run(height, `--screenshot=${png}`);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
