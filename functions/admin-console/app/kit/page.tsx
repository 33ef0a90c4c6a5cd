import type { ComponentChildren } from 'preact';
import { useContext, useEffect, useRef } from 'preact/hooks';
import { SessionContext } from '../session.ts';

/** The page that the tab was opened on is not focused: its reader begins at the top. */
let hasNavigated = false;

/** A page: its title is the tab's, and its heading has the focus once somebody has navigated to it. */
export function Page({
  title,
  actions,
  children,
}: {
  readonly title: string;
  /** Beside the title. */
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  // A page that waits behind the sign-in is shown again after it.
  const signIns = useContext(SessionContext)?.signIns;
  useEffect(() => {
    if (!heading.current?.closest('[hidden]')) document.title = `${title} · Booking Meet`;
  }, [title, signIns]);
  useEffect(() => {
    if (hasNavigated) {
      heading.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    hasNavigated = true;
  }, [signIns]);
  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1} ref={heading}>
          {title}
        </h1>
        {actions}
      </div>
      {children}
    </>
  );
}

/** A part of a page on a sheet of its own. */
export const Card = ({
  title,
  children,
}: {
  readonly title?: ComponentChildren;
  readonly children: ComponentChildren;
}) => (
  <section class="card">
    {title !== undefined && <h2>{title}</h2>}
    {children}
  </section>
);
