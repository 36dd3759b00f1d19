import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** The walls of the house: who may import what, and who may touch the process (docs/design.md). */
const restrictedImports = (except, closed) => [
  "error",
  {
    paths: [
      {
        name: "@actions/core",
        message: "Only src/github/runner.ts talks to the runner.",
      },
      {
        name: "@actions/http-client",
        message: "Only src/prolific/http.ts opens connections.",
      },
      ...["node:child_process", "child_process"].map((name) => ({
        name,
        message: "Only src/file/history/git.ts starts programs.",
      })),
    ].filter(({ name }) => !except.includes(name)),
    patterns: [
      {
        group: ["**/main.ts", "**/index.ts"],
        message: "Nothing imports main.",
      },
    ]
      .filter(() => !except.includes("main"))
      .concat(
        closed.map((room) => ({
          group: [`**/${room}/**`, `**/${room}.ts`],
          message: "Arrows point down only (docs/design.md).",
        })),
      ),
  },
];

const restrictedSyntax = (...except) => [
  "error",
  ...[
    {
      key: "env",
      selector: "MemberExpression[object.name='process'][property.name='env']",
      message: "Only src/github/inputs.ts reads process.env.",
    },
    {
      key: "process",
      selector:
        "MemberExpression[object.name='process'][property.name=/^(on|once|exit|exitCode)$/]",
      message: "Only src/index.ts touches process.on and process.exit.",
    },
    {
      key: "clock",
      selector:
        "MemberExpression[object.name='Date'][property.name='now'], MemberExpression[object.name='performance']",
      message: "Only src/timing/clock.ts knows the time.",
    },
    {
      key: "clock",
      selector:
        "CallExpression[callee.name=/^set(Timeout|Interval|Immediate)$/]",
      message: "Only src/timing/clock.ts sleeps.",
    },
  ]
    .filter(({ key }) => !except.includes(key))
    .map(({ selector, message }) => ({ selector, message })),
];

/** Rooms that may not be imported from a room: those above it, and those beside it. */
const CLOSED = {
  timing: ["file", "prolific", "github", "steps", "decide", "view"],
  file: ["prolific", "github", "steps", "decide", "view"],
  prolific: ["file", "github", "steps", "decide", "view"],
  github: ["steps"],
};

const wall = (file, { imports = [], syntax = [] }) => ({
  files: [file],
  rules: {
    "no-restricted-imports": restrictedImports(
      imports,
      CLOSED[file.split("/")[1]] ?? [],
    ),
    "no-restricted-syntax": restrictedSyntax(...syntax),
  },
});

export default tseslint.config(
  { ignores: ["dist/", "build/", "coverage/", "node_modules/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
    ],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true },
      ],
      "@typescript-eslint/consistent-type-definitions": "error",
    },
  },
  {
    files: ["**/*.js"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        URL: "readonly",
        fetch: "readonly",
      },
    },
  },
  {
    files: ["**/*.cjs"],
    languageOptions: { globals: { process: "readonly", require: "readonly" } },
  },
  wall("src/**/*.ts", {}),
  ...Object.keys(CLOSED).map((room) => wall(`src/${room}/**/*.ts`, {})),
  {
    files: ["src/decide.ts", "src/which-batch.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex:
                "^\\./(?!file/content-name\\.ts$|(?:view|accounted|copies|decision|which-batch)\\.ts$)",
              allowTypeImports: true,
              message: "The table is pure: it imports types.",
            },
          ],
        },
      ],
    },
  },
  wall("src/file/history/git.ts", {
    imports: ["node:child_process"],
    syntax: ["env"], // what git gets of it
  }),
  wall("src/github/runner.ts", { imports: ["@actions/core"] }),
  wall("src/prolific/http.ts", { imports: ["@actions/http-client"] }),
  wall("src/github/inputs.ts", { syntax: ["env"] }),
  wall("src/timing/clock.ts", { syntax: ["clock"] }),
  wall("src/index.ts", { imports: ["main"], syntax: ["process"] }),
);
