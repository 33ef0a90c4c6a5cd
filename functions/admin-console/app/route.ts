/** The pages, in the order of the navigation. */
export const PAGES = ['setup', 'settings', 'staff', 'bookings', 'health'] as const;
export type PageName = (typeof PAGES)[number];

/** A place in the console: `#/bookings/booknetic%3A1042?state=failed`. */
export interface Route {
  readonly page: PageName;
  /** Which one of the page's things. */
  readonly id?: string;
  readonly query: URLSearchParams;
}

const isPage = (name: string | undefined): name is PageName => PAGES.some((page) => page === name);

/** What leads nowhere leads to the set-up. */
export function parseHash(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const [page, id] = path.split('/');
  const query = new URLSearchParams(search);
  if (!isPage(page)) return { page: 'setup', query: new URLSearchParams() };
  return { page, query, ...(id && { id: decoded(id) }) };
}

/** Somebody may type anything. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** The address of a place, for links. @param query empty values are left out */
export function hashOf(page: PageName, id?: string, query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString();
  return `#/${page}${id === undefined ? '' : `/${encodeURIComponent(id)}`}${search && `?${search}`}`;
}
