import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, it } from 'vitest';

/** What a name says that holds something which must not be guessed bit by bit. */
const SECRET =
  /secret|password|api_?key|admin_?key|signing|signature|token|credential|cookie|digest|verifier|authorization|bearer/i;
/** Names that say so and hold something else: the name of a cookie, the code of a refusal, a mark in an event. */
const HARMLESS: readonly string[] = [
  'functions/staff-oauth/handler.ts: name?.trim() === cookieName',
  "shared/diagnostics/checks/webhooks.ts: why === 'secret_missing'",
  "shared/diagnostics/checks/webhooks.ts: why === 'wrong_secret'",
  'shared/meetings/reconcile.ts: known.has(guestDigest(eventId, email))',
  "shared/staff/access.ts: code === 'credentials_changing'",
];

const OPERATORS = new Set([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);
const METHODS = new Set(['includes', 'indexOf', 'startsWith', 'endsWith', 'localeCompare', 'equals', 'has']);
/** With these it is not compared but looked at whether there is one. */
const NOTHING = /^(?:undefined|null|''|""|0)$/;

/** Comparisons whose time tells how much of a secret was right. */
function leakyComparisons(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const sides =
      ts.isBinaryExpression(node) && OPERATORS.has(node.operatorToken.kind)
        ? [node.left.getText(), node.right.getText()]
        : ts.isCallExpression(node) &&
            ts.isPropertyAccessExpression(node.expression) &&
            METHODS.has(node.expression.name.text)
          ? [node.expression.expression.getText(), ...node.arguments.map((argument) => argument.getText())]
          : [];
    const isLookedAtOnly = sides.some(
      (side) => NOTHING.test(side) || /^typeof /.test(side) || /\.(length|size)$/.test(side),
    );
    if (!isLookedAtOnly && sides.some((side) => SECRET.test(side))) found.push(`${path}: ${node.getText()}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

it('no secret is compared in a time that tells something of it', () => {
  const found = globSync('{shared,functions}/**/*.ts', { exclude: ['functions/*/app/**'] }).flatMap((path) =>
    leakyComparisons(path, readFileSync(path, 'utf8')),
  );
  expect(found.sort()).toEqual([...HARMLESS].sort());
});

it.each([
  'given === adminKey;',
  'if (secret != event.headers.x) refuse();',
  'keys.includes(given.token);',
  'signatures.has(header);',
  'signature.equals(other);',
])('%s would be found', (code) => {
  expect(leakyComparisons('x.ts', code)).not.toEqual([]);
});

it.each(['secret === undefined;', "token === '';", "typeof token === 'string';", 'secrets.length === 0;'])(
  '%s is none',
  (code) => {
    expect(leakyComparisons('x.ts', code)).toEqual([]);
  },
);
