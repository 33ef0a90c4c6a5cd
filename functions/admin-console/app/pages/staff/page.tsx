import type { Route } from '../../route.ts';
import { NewPerson } from './new-person.tsx';
import { OnePerson } from './one-person.tsx';
import { StaffList } from './staff-list.tsx';

export function StaffPage({ route: { id } }: { readonly route: Route }) {
  if (id === undefined) return <StaffList />;
  // No address: those have an @.
  return id === 'new' ? <NewPerson /> : <OnePerson email={id} />;
}
