import { TemplateError } from './intrinsics.ts';

type Test = (value: unknown) => boolean;

/**
 * Prepares the filter patterns of an event source: a record passes when any of them matches, or when there is none.
 * @throws TemplateError when a pattern uses an operator that is not known here.
 */
export function compileFilters(patterns: readonly string[]): (record: unknown) => boolean {
  const tests = patterns.map((pattern) => compileObject(JSON.parse(pattern) as Record<string, unknown>));
  return (record) => tests.length === 0 || tests.some((test) => test(record));
}

function compileObject(pattern: Readonly<Record<string, unknown>>): Test {
  const fields = Object.entries(pattern).map(([name, inner]): [string, Test] => {
    if (Array.isArray(inner) && !name.startsWith('$')) {
      const alternatives = inner.map(compileMatcher);
      return [name, (value) => alternatives.some((test) => valuesOf(value).some(test))];
    }
    if (typeof inner === 'object' && inner !== null && !name.startsWith('$')) {
      return [name, compileObject(inner as Record<string, unknown>)];
    }
    throw new TemplateError(`filter pattern: "${name}" is not known to the local stack`);
  });
  return (value) => fields.every(([name, test]) => test(fieldOf(value, name)));
}

function compileMatcher(matcher: unknown): Test {
  if (typeof matcher !== 'object' || matcher === null) return (value) => value === matcher;
  const [operator = '', operand] = Object.entries(matcher)[0] ?? [];
  switch (operator) {
    case 'exists':
      return (value) => (value !== undefined) === operand;
    case 'prefix':
      return (value) => typeof value === 'string' && value.startsWith(String(operand));
    case 'suffix':
      return (value) => typeof value === 'string' && value.endsWith(String(operand));
    case 'equals-ignore-case':
      return (value) => typeof value === 'string' && value.toLowerCase() === String(operand).toLowerCase();
    case 'anything-but': {
      const excluded = (Array.isArray(operand) ? operand : [operand]).map(compileMatcher);
      return (value) => value !== undefined && !excluded.some((test) => test(value));
    }
    case 'numeric':
      return compileNumeric(operand as (string | number)[]);
    default:
      throw new TemplateError(`filter pattern: the operator "${operator}" is not known to the local stack`);
  }
}

function compileNumeric(comparisons: readonly (string | number)[]): Test {
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < comparisons.length; index += 2) {
    const operand = Number(comparisons[index + 1]);
    switch (comparisons[index]) {
      case '=':
        tests.push((value) => value === operand);
        break;
      case '<':
        tests.push((value) => value < operand);
        break;
      case '<=':
        tests.push((value) => value <= operand);
        break;
      case '>':
        tests.push((value) => value > operand);
        break;
      case '>=':
        tests.push((value) => value >= operand);
        break;
      default:
        throw new TemplateError(
          `filter pattern: the comparison "${comparisons[index]}" is not known to the local stack`,
        );
    }
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Of a list, one matching element is enough. */
function valuesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
