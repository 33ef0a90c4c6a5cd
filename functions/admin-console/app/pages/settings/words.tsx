import { useMemo } from 'preact/hooks';
import type { Keyword } from '../../api-types.ts';
import { Button, Select } from '../../kit/controls.tsx';
import { Load, useAction, useLoad } from '../../kit/load.tsx';
import { MailPreview } from '../../kit/mail-preview.tsx';
import { ErrorNotice, Loading, Notice } from '../../kit/notices.tsx';
import { useTexts } from '../../language.ts';
import { useSession } from '../../session.ts';
import { useErrorAt, useForm } from './form-context.ts';
import { nameOf } from './labels.ts';
import { valueAt, valuesOf } from './merge.ts';
import {
  channelsOf,
  hasKeyword,
  KINDS,
  LOCALES,
  type MessageName,
  messageOfPath,
  pathOfMessage,
  rolesOf,
  sentName,
} from './messages.ts';
import { PreviewOf, useSettled } from './preview.tsx';
import { Templates } from './templates.tsx';
import { messageKeywordRows, settingsTexts } from './texts.ts';

/** What each message says: the default words, or those of the admin. */
export function Words({ keywords }: { readonly keywords: readonly Keyword[] | undefined }) {
  const words = useTexts(settingsTexts);
  const { api } = useSession();
  const { message, showMessage } = useForm();
  const loading = useLoad(
    async (signal) => {
      const { data } = await api('POST /settings/preview-message', { body: message, signal });
      return { of: message, defaults: data.defaults };
    },
    [message],
  );
  const change = (changed: Partial<MessageName>) => showMessage(sentName({ ...message, ...changed }));
  const { kind, role, channel, locale } = message;
  return (
    <>
      <div class="pair">
        <Select
          label={words.messages.kind}
          value={kind}
          options={KINDS.map((each) => [each, words.messages.kinds[each]])}
          onChange={(chosen) => change({ kind: chosen })}
        />
        <Select
          label={words.messages.role}
          value={role}
          options={rolesOf(kind).map((each) => [each, words.messages.roles[each]])}
          onChange={(chosen) => change({ role: chosen })}
        />
        <Select
          label={words.messages.channel}
          value={channel}
          options={channelsOf(kind).map((each) => [each, words.messages.channels[each]])}
          onChange={(chosen) => change({ channel: chosen })}
        />
        <Select
          label={words.messages.locale}
          value={locale}
          options={LOCALES.map((each) => [each, words.languages[each]])}
          onChange={(chosen) => change({ locale: chosen })}
        />
      </div>
      <OwnWords />
      <Load of={loading}>
        {({ of, defaults }) =>
          // The words of the message before are not those of this one.
          of === message ? (
            <Message key={pathOfMessage(message)} name={message} defaults={defaults} keywords={keywords} />
          ) : (
            loading.error === undefined && <Loading />
          )
        }
      </Load>
    </>
  );
}

/** Which messages have words of their own, each to be shown. */
function OwnWords() {
  const words = useTexts(settingsTexts);
  const { state, showMessage } = useForm();
  const own = new Map<string, MessageName>();
  for (const path of valuesOf(state.draft).keys()) {
    const name = messageOfPath(path);
    if (name) own.set(pathOfMessage(name), name);
  }
  if (own.size === 0) return null;
  return (
    <>
      <h3>{words.messages.own}</h3>
      <ul class="picks">
        {[...own].map(([path, name]) => (
          <li key={path}>
            <button type="button" onClick={() => showMessage(name)}>
              {nameOf(name, words)}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

const PARTS = ['subject', 'body'] as const;
type Part = (typeof PARTS)[number];

function Message({
  name,
  defaults,
  keywords,
}: {
  readonly name: MessageName;
  readonly defaults: Readonly<Record<Part, string>>;
  readonly keywords: readonly Keyword[] | undefined;
}) {
  const words = useTexts(settingsTexts);
  const { api } = useSession();
  const { state, edit, booking } = useForm();
  const errorAt = useErrorAt();
  const path = pathOfMessage(name);
  const own = (part: Part) => valueAt(state.draft, `${path}.${part}`) as string | undefined;
  const isOwn = valueAt(state.draft, path) !== undefined;
  const parts = PARTS.filter((part) => part === 'body' || name.channel === 'email');
  const written = Object.fromEntries(parts.map((part) => [part, own(part) ?? defaults[part]]));
  const settled = useSettled(written);
  const request = (template: Readonly<Record<string, string>>) => ({
    ...name,
    ...template,
    ...(booking && { appointmentId: booking.id }),
  });
  const preview = useLoad(
    async (signal) => (await api('POST /settings/preview-message', { body: request(settled), signal })).data,
    [settled, booking?.id],
  );
  const all = useMemo(
    () => keywords && [...messageKeywordRows(words).filter(({ keyword }) => hasKeyword(name, keyword)), ...keywords],
    [keywords, words, name],
  );
  return (
    <>
      <Notice is={isOwn ? 'pass' : 'off'}>
        <p>{isOwn ? words.messages.isOwn : words.messages.isDefault}</p>
        {isOwn && <Button onClick={() => edit(path, undefined)}>{words.messages.reset}</Button>}
      </Notice>
      <Templates
        fields={parts.map((part) => ({
          path: `${path}.${part}`,
          label: words.messages[part],
          error: errorAt(`${path}.${part}`),
          ...(part === 'body' && { rows: 12 }),
          value: written[part] ?? '',
          // Whoever has typed the default words again has them.
          onInput: (typed) => edit(`${path}.${part}`, typed === defaults[part] ? undefined : typed),
        }))}
        first={parts.length - 1}
        keywords={all}
        unknown={preview.data?.unknownKeywords ?? []}
      />
      <section class="preview" aria-label={words.preview}>
        <h3>{words.preview}</h3>
        <PreviewOf />
        <Load of={preview}>
          {({ subject, html, text, segments }) =>
            name.channel === 'email' ? (
              <>
                <p>
                  <strong>{subject}</strong>
                </p>
                <MailPreview html={html} />
              </>
            ) : (
              <>
                <p class="paper as-written">{text}</p>
                {segments !== undefined && <p class="hint">{words.messages.segments(segments)}</p>}
              </>
            )
          }
        </Load>
      </section>
      <TestMessage send={async () => (await api('POST /settings/test-message', { body: request(written) })).data.to} />
    </>
  );
}

function TestMessage({ send }: { /** @returns whereto */ readonly send: () => Promise<string> }) {
  const words = useTexts(settingsTexts);
  const { announce } = useSession();
  const { state, goTo } = useForm();
  const test = useAction(async () => announce(words.messages.tested(await send())));
  // The API sends to the one that is saved.
  const { adminEmail } = state.saved.data;
  if (adminEmail === null) {
    return (
      <div class="actions">
        <p class="soft">{words.messages.noAdmin}</p>
        <Button onClick={() => goTo('adminEmail')}>{words.messages.enterAdmin}</Button>
      </div>
    );
  }
  return (
    <>
      {test.error !== undefined && <ErrorNotice error={test.error} />}
      <p class="hint">{words.messages.testTo(adminEmail)}</p>
      <Button busy={test.busy} onClick={test.run}>
        {test.busy ? words.messages.testing : words.messages.test}
      </Button>
    </>
  );
}
