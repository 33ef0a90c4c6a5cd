import type { Figure, Section } from './figure.ts';

const HEAD = ['', 'value', 'quartiles', 'yardstick', 'ratio', 'goal', 'note'];

/** A section's figures for a terminal, or as Markdown. Columns that hold nothing are left out. */
export function table(
  { title }: Pick<Section, 'title'>,
  figures: readonly Figure[],
  style: 'text' | 'markdown',
): string {
  const all = figures.map(cells);
  const used = HEAD.map((_, column) => column === 0 || all.some((row) => row[column] !== ''));
  const rows = [HEAD, ...all].map((row) => row.filter((_, column) => used[column]));
  if (style === 'markdown') {
    const [head = [], ...body] = rows.map((row) => `| ${row.join(' | ')} |`);
    return [`**${title}**`, '', head, `|${'---|'.repeat(rows[0]?.length ?? 0)}`, ...body, ''].join('\n');
  }
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return [title, ...lines.map((line) => `  ${line}`.trimEnd()), ''].join('\n');
}

const cells = ({ name, value, unit, spread, runs, yardstick, ratio, goal, note }: Figure): string[] => [
  name,
  amount(value, unit),
  spread ? `${amount(spread.low, unit)} to ${amount(spread.high, unit)}${runs ? ` (${runs})` : ''}` : '',
  yardstick ? `${yardstick.name}: ${amount(yardstick.value, unit)}` : '',
  ratio === undefined ? '' : `${ratio.toFixed(2)} ×`,
  goal ? `${goal.text}${goal.isMet ? '' : ', missed'}` : '',
  note ?? '',
];

/** Three digits of what is small, whole numbers of what is not. */
function amount(value: number, unit: Figure['unit']): string {
  if (unit === 'bytes') return `${(value / 1024).toFixed(value < 10_240 ? 1 : 0)} KiB`;
  const digits = Number.isInteger(value) || Math.abs(value) >= 1000 ? value.toFixed(0) : value.toPrecision(3);
  if (unit === 'calls') return digits;
  return unit === 'USD' ? `$${digits}` : `${digits} ${unit}`;
}
