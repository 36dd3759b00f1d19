/** Reads every title of an error, a warning or a notice of the action from the code. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

export interface Titles {
  /** Expressions in templates become `…`. */
  readonly titles: readonly string[];
  /** Functions that take a title as a parameter, by file. Their callers are read instead. */
  readonly forwarding: readonly string[];
}

/** Calls that take a title, of the runner and of the log, and which argument it is. */
const TELLING: Readonly<Partial<Record<string, number>>> = {
  error: 0,
  warning: 0,
  notice: 0,
  warn: 0,
  note: 0,
  annotate: 2,
};

/** Reads all of `folder`. */
export function titlesIn(folder: string): Titles {
  const titles = new Set<string>();
  const forwarding = new Set<string>();
  for (const path of readdirSync(folder, {
    recursive: true,
    encoding: "utf8",
  })) {
    if (!path.endsWith(".ts")) continue;
    const text = readFileSync(join(folder, path), "utf8");
    const { found, handedOn } = titlesOf(text);
    for (const title of found) titles.add(title);
    if (handedOn) forwarding.add(path.replaceAll("\\", "/"));
  }
  return { titles: [...titles].sort(), forwarding: [...forwarding].sort() };
}

/** The literal titles of a module, and whether it passes on others. */
export function titlesOf(text: string): { found: string[]; handedOn: boolean } {
  const found: string[] = [];
  let handedOn = false;
  const take = (expression: ts.Expression) => {
    const words = literal(expression);
    if (words === undefined) handedOn = true;
    else found.push(words);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === "title") {
      take(node.initializer);
    } else if (ts.isShorthandPropertyAssignment(node)) {
      if (node.name.text === "title") handedOn = true;
    } else if (ts.isCallExpression(node)) {
      const title = titleArgument(node);
      if (title) take(title);
    } else if (
      ts.isFunctionDeclaration(node) &&
      node.name?.text.startsWith("title") === true
    ) {
      node.body?.forEachChild(returned);
      return;
    }
    node.forEachChild(visit);
  };
  const returned = (node: ts.Node): void => {
    if (ts.isReturnStatement(node) && node.expression) {
      for (const each of branches(node.expression)) take(each);
    } else node.forEachChild(returned);
  };
  visit(ts.createSourceFile("module.ts", text, ts.ScriptTarget.Latest, true));
  return { found, handedOn };
}

function titleArgument(call: ts.CallExpression): ts.Expression | undefined {
  const { expression: callee, arguments: given } = call;
  if (ts.isIdentifier(callee)) {
    // Other functions of that name have no title.
    const { text } = call.getSourceFile();
    const makesFailures = /function failed\(\s*title\b/.test(text);
    return callee.text === "failed" && makesFailures ? given[0] : undefined;
  }
  if (!ts.isPropertyAccessExpression(callee)) return undefined;
  const at = TELLING[callee.name.text];
  const tells = /\b(log|runner)$/.test(callee.expression.getText());
  return at !== undefined && tells ? given[at] : undefined;
}

function branches(expression: ts.Expression): ts.Expression[] {
  return ts.isConditionalExpression(expression)
    ? [...branches(expression.whenTrue), ...branches(expression.whenFalse)]
    : [expression];
}

function literal(expression: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(expression)) return expression.text;
  if (!ts.isTemplateExpression(expression)) return undefined;
  return [
    expression.head.text,
    ...expression.templateSpans.map((span) => span.literal.text),
  ].join("…");
}
