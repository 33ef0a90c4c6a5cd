import type { InvocationResult } from './lambda.ts';

/**
 * Which items of a batch failed, as Lambda takes an answer: all of them when the function failed, or names one that is none of the batch's.
 * @param reportsItems whether the mapping asks for partial batch responses
 */
export function failedItems(
  result: InvocationResult,
  batch: readonly string[],
  reportsItems: boolean,
): ReadonlySet<string> {
  if (!result.ok) return new Set(batch);
  if (!reportsItems) return new Set();
  const response = JSON.parse(result.payload) as { batchItemFailures?: { itemIdentifier?: unknown }[] | null } | null;
  const failed = new Set((response?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier));
  const own = batch.filter((item) => failed.has(item));
  return new Set(own.length === failed.size ? own : batch);
}
