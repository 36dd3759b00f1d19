/** A malicious repository cannot run programs. */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import {
  TestRepository,
  newFolder,
  newRows,
  removeFolders,
} from "./repository.ts";

afterAll(removeFolders);

const HOOKS = [
  "fsmonitor-watchman",
  "post-checkout",
  "post-index-change",
  "pre-auto-gc",
  "reference-transaction",
];

/** Settings that run `program`. */
function settings(program: string, hooks: string): string {
  return `
[core]
	fsmonitor = ${program}
	pager = ${program}
	sshCommand = ${program}
	hooksPath = ${hooks}
	gitProxy = ${program}
	askPass = ${program}
	editor = ${program}
	alternateRefsCommand = ${program}
	attributesFile = ${hooks}/attributes
[pager]
	log = ${program}
	cat-file = ${program}
[diff]
	external = ${program}
	renames = copies
[diff "evil"]
	command = ${program}
	textconv = ${program}
[filter "evil"]
	clean = ${program}
	smudge = ${program}
	process = ${program}
	required = true
[gpg]
	program = ${program}
[log]
	showSignature = true
	diffMerges = combined
	follow = true
[alias]
	log = !${program}
	cat-file = !${program}
	rev-parse = !${program}
[credential]
	helper = !${program}
[protocol]
	allow = always
[protocol "ext"]
	allow = always
[extensions]
	partialClone = evil
[remote "evil"]
	url = ext::${program}
	promisor = true
	partialclonefilter = blob:none
	uploadpack = ${program}
`;
}

/** A repository with an earlier content, and one whose content is lost. */
function prepared({ included }: { included: boolean }) {
  const repository = TestRepository.new();
  const { folder } = repository;
  const first = repository.commit("a.csv", "id\n1\n");
  const lost = repository.commit("a.csv", "id\n1\nlost\n");
  const blob = repository.git("rev-parse", "HEAD:a.csv").trim();
  repository.write(".gitattributes", "* diff=evil filter=evil\n");
  repository.git("add", ".");
  // A signature that git would verify.
  const tree = repository.git("write-tree").trim();
  const parent = repository.git("rev-parse", "HEAD").trim();
  const person = "a <a@example.org> 1700000000 +0000";
  repository.write(
    "commit",
    `tree ${tree}\nparent ${parent}\nauthor ${person}\ncommitter ${person}\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----\n\nsigned\n`,
  );
  const signed = repository
    .git("hash-object", "-t", "commit", "-w", "commit")
    .trim();
  repository.git("reset", "-q", "--hard", signed);
  repository.commit("a.csv", "id\n1\n2\n");
  rmSync(join(folder, ".git/objects", blob.slice(0, 2), blob.slice(2)));

  const evil = newFolder();
  const marker = join(evil, "it-ran");
  const program = join(evil, "program");
  writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> '${marker}'\n`);
  chmodSync(program, 0o755);
  const hooks = join(evil, "hooks");
  mkdirSync(hooks);
  writeFileSync(join(hooks, "attributes"), "* diff=evil filter=evil\n");
  for (const hook of HOOKS) {
    for (const place of [hooks, join(folder, ".git/hooks")]) {
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, hook), `#!/bin/sh\nexec '${program}'\n`);
      chmodSync(join(place, hook), 0o755);
    }
  }
  const text = settings(program, hooks);
  const config = join(folder, ".git/config");
  if (included) {
    writeFileSync(join(evil, "config"), text);
    appendFileSync(config, `[include]\n\tpath = ${join(evil, "config")}\n`);
  } else appendFileSync(config, text);
  repository.git("config", "core.repositoryFormatVersion", "1");
  return { folder, first, lost, marker, blob };
}

describe.each([{ included: false }, { included: true }])(
  "in a hostile repository (settings included from a file: $included)",
  ({ included }) => {
    test("nothing is executed, and contents are still found", async () => {
      const { folder, first, marker } = prepared({ included });
      const ask = { workspace: folder, name: "a.csv" };
      const found = await newRows({ ...ask, earlier: [first] });
      expect(found.text).toBe("id\n2\n");
      expect(existsSync(marker)).toBe(false);
    });

    test("missing objects are not fetched, and nothing is executed", async () => {
      const { folder, lost, marker } = prepared({ included });
      const ask = { workspace: folder, name: "a.csv" };
      await expect(newRows({ ...ask, earlier: [lost] })).rejects.toMatchObject({
        parts: {
          what: expect.stringContaining("git could not read the history"),
          next: expect.stringContaining("fetch-depth: 0"),
        },
      });
      expect(existsSync(marker)).toBe(false);
    });

    test("git without these settings would execute something", () => {
      const { folder, marker, blob } = prepared({ included });
      for (const args of [["status"], ["cat-file", "blob", blob]]) {
        rmSync(marker, { force: true });
        try {
          execFileSync("git", args, { cwd: folder, stdio: "ignore" });
        } catch {
          // It runs something first.
        }
        expect([args, existsSync(marker)]).toEqual([args, true]);
      }
    });
  },
);

test.each([
  ["core.worktree", "/nowhere"],
  ["core.bare", "true"],
])("%s = %s changes nothing", async (key, value) => {
  const repository = TestRepository.new();
  const first = repository.commit("a.csv", "id\n1\n");
  repository.commit("a.csv", "id\n1\n2\n");
  repository.git("config", key, value);
  const ask = { workspace: repository.folder, name: "a.csv" };
  expect((await newRows({ ...ask, earlier: [first] })).text).toBe("id\n2\n");
});

test("an unknown repository extension ends in a message", async () => {
  const repository = TestRepository.new();
  const first = repository.commit("a.csv", "id\n1\n");
  repository.git("config", "core.repositoryFormatVersion", "1");
  repository.git("config", "extensions.unheardOf", "true");
  const ask = { workspace: repository.folder, name: "a.csv" };
  await expect(newRows({ ...ask, earlier: [first] })).rejects.toMatchObject({
    parts: {
      what: expect.stringContaining("git could not read"),
      words: expect.stringMatching(/unheardof/i),
    },
  });
});
