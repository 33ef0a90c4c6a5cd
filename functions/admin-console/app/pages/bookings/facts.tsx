import type { ComponentChildren } from 'preact';
import type { BookingDetail } from '../../api-types.ts';
import { Card } from '../../kit/page.tsx';
import { useTexts } from '../../language.ts';
import { hashOf } from '../../route.ts';
import { useFormat, useSession } from '../../session.ts';
import { EraseButton } from './erase.tsx';
import { bookingsTexts } from './texts.ts';

/** What is booked, when, by whom and with whom. */
export function Facts({
  detail: { appointment },
  onErased,
}: {
  readonly detail: BookingDetail;
  readonly onErased: () => void;
}) {
  const words = useTexts(bookingsTexts);
  const { timeZone: ours } = useSession();
  const { range } = useFormat();
  const {
    id,
    status,
    start,
    end,
    timeZone,
    service,
    staff,
    customers = [],
    location,
    notes,
    keywords = {},
  } = appointment;
  return (
    <Card title={words.what}>
      <dl class="facts">
        {start !== undefined && end !== undefined && (
          <Fact name={words.when}>
            {range(start, end)} <span class="soft">({ours})</span>
            {timeZone !== undefined && timeZone !== ours && <div class="soft">{words.theirZone(timeZone)}</div>}
          </Fact>
        )}
        {service && <Fact name={words.service}>{service.name}</Fact>}
        {staff && (
          <Fact name={words.staff}>
            <a href={hashOf('staff', staff.email)}>{staff.name ?? staff.email}</a>
          </Fact>
        )}
        {start !== undefined && (
          <Fact name={words.customers}>
            {customers.length === 0 && <span class="soft">{words.noCustomers}</span>}
            <ul>
              {customers.map(({ name, email, phone }) => (
                <li key={`${email} ${name}`} class="customer">
                  <strong>{name}</strong>
                  {email !== undefined && <a href={`mailto:${encodeURIComponent(email)}`}>{email}</a>}
                  {phone !== undefined && <a href={`tel:${phone.replace(/[^\d+]/g, '')}`}>{phone}</a>}
                  {email !== undefined && <EraseButton name={name} email={email} onErased={onErased} />}
                </li>
              ))}
            </ul>
          </Fact>
        )}
        {location && <Fact name={words.location}>{location.name}</Fact>}
        {notes !== undefined && (
          <Fact name={words.notes}>
            <span class="as-written">{notes}</span>
          </Fact>
        )}
        <Fact name={words.status}>{status}</Fact>
        <Fact name={words.number}>
          <code>{id}</code>
        </Fact>
      </dl>
      {Object.keys(keywords).length > 0 && (
        <details>
          <summary>{words.fields}</summary>
          <dl class="facts">
            {Object.entries(keywords).map(([keyword, value]) => (
              <Fact key={keyword} name={keyword}>
                <span class="as-written">{value}</span>
              </Fact>
            ))}
          </dl>
        </details>
      )}
    </Card>
  );
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
