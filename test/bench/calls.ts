/** The calls of every journey, and whether they stay the same however many bookings there are. */
import type { Figure, Section } from './figure.ts';
import { countedOnce, type Journey, STORED } from './journeys.ts';

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

/** How many calls go to whom. */
function byService({ calls, units }: Journey): string {
  const to = (isTo: (name: string) => boolean): number =>
    Object.entries(calls).reduce((total, [name, count]) => total + (isTo(name) ? count : 0), 0);
  const google = to((name) => name.startsWith('Google '));
  const ses = to((name) => name.includes(' SendRawEmail '));
  return `Google ${google}, SES ${ses}, DynamoDB ${sum(calls) - google - ses} (${units.read} units read, ${units.write} written)`;
}

const figure = (journey: Journey, goal?: Figure['goal']): Figure => ({
  name: journey.name,
  value: sum(journey.calls),
  unit: 'calls',
  note: byService(journey),
  ...(goal && { goal }),
});

export const section: Section = {
  name: 'calls',
  title: 'Calls: of a warm environment, counted at the door of the running stack',
  async run() {
    const { cold, few, many, dailyLook } = await countedOnce();
    return [
      ...few.map((journey, at) => {
        const grown = many[at];
        const isMet = JSON.stringify(grown?.calls) === JSON.stringify(journey.calls);
        return figure(journey, { text: `the same with ${STORED} more bookings`, isMet });
      }),
      figure(dailyLook),
      {
        name: 'fresh environments, once',
        value: sum(cold.remembered),
        unit: 'calls',
        note: Object.keys(cold.remembered).join(', '),
      },
    ];
  },
};
