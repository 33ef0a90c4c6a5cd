import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { makeApi } from './api.ts';
import { Button } from './kit/controls.tsx';
import { Dialog } from './kit/dialog.tsx';
import { ErrorNotice, Loading } from './kit/notices.tsx';
import { kitTexts } from './kit/texts.ts';
import { forgetUnsaved, isUnsaved } from './kit/unsaved.ts';
import { isLanguage, type Language, LanguageContext, preferredLanguage, useTexts } from './language.ts';
import { BookingsPage } from './pages/bookings/page.tsx';
import { HealthPage } from './pages/health/page.tsx';
import { SettingsPage } from './pages/settings/page.tsx';
import { SetupPage } from './pages/setup/page.tsx';
import { StaffPage } from './pages/staff/page.tsx';
import { hashOf, PAGES, type PageName, parseHash, type Route } from './route.ts';
import { type Session, SessionContext } from './session.ts';
import { SignIn } from './sign-in.tsx';
import { keptKey, keptLanguage } from './storage.ts';
import { frameTexts } from './texts.ts';

const PAGE_OF: Readonly<Record<PageName, (props: { readonly route: Route }) => preact.JSX.Element>> = {
  setup: SetupPage,
  settings: SettingsPage,
  staff: StaffPage,
  bookings: BookingsPage,
  health: HealthPage,
};

/** Milliseconds for which an announcement can be seen. */
const SEEN = 6000;

export function App() {
  const [language, setLanguage] = useState<Language>(() => {
    const kept = keptLanguage.read();
    return isLanguage(kept) ? kept : preferredLanguage(navigator.languages);
  });
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const context = useMemo(
    () => ({
      language,
      setLanguage: (chosen: Language) => {
        keptLanguage.write(chosen);
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return (
    <LanguageContext.Provider value={context}>
      <Frame language={language} onLanguage={context.setLanguage} />
    </LanguageContext.Provider>
  );
}

type SignedOut = 'new' | 'ended' | 'signed_out';

function Frame({
  language,
  onLanguage,
}: {
  readonly language: Language;
  readonly onLanguage: (language: Language) => void;
}) {
  const words = useTexts(frameTexts);
  const { route, question, ask, setQuestion } = useNavigation();
  const key = useRef(keptKey.read());
  const [signedOut, setSignedOut] = useState<SignedOut | undefined>(key.current === undefined ? 'new' : undefined);
  const [signIns, setSignIns] = useState(0);
  const [timeZone, setTimeZone] = useState<string>();
  const [problem, setProblem] = useState<unknown>();
  const { announcement, announce } = useAnnouncement();

  const languageNow = useRef(language);
  languageNow.current = language;
  const forgetKey = useCallback((why: SignedOut) => {
    key.current = undefined;
    keptKey.write(undefined);
    setSignedOut(why);
  }, []);
  const apiWith = useCallback(
    (keyNow: () => string, onUnauthorized: () => void) =>
      makeApi({ key: keyNow, language: () => languageNow.current, onUnauthorized }),
    [],
  );
  const api = useMemo(
    () =>
      apiWith(
        () => key.current ?? '',
        () => forgetKey('ended'),
      ),
    [apiWith, forgetKey],
  );

  const start = useCallback(() => {
    setProblem(undefined);
    api('GET /settings').then(({ data }) => setTimeZone(data.timeZone), setProblem);
  }, [api]);
  useEffect(() => {
    if (key.current !== undefined) start();
  }, [start]);

  const signIn = async (given: string) => {
    const { data } = await apiWith(
      () => given,
      () => {},
    )('GET /settings');
    key.current = given;
    keptKey.write(given);
    setTimeZone(data.timeZone);
    setProblem(undefined);
    setSignIns((count) => count + 1);
    setSignedOut(undefined);
  };
  const signOut = () =>
    ask(() => {
      forgetKey('signed_out');
      // The next one to sign in begins with nothing of this one's.
      setTimeZone(undefined);
    });

  const session = useMemo<Session | undefined>(
    () => (timeZone === undefined ? undefined : { api, timeZone, setTimeZone, announce, signIns }),
    [api, timeZone, announce, signIns],
  );
  const ShownPage = PAGE_OF[route.page];
  const isSignedIn = signedOut === undefined;
  return (
    <>
      <SkipLink />
      <header>
        <div class="bar">
          <span class="brand">Booking Meet</span>
          <button
            type="button"
            class="button quiet"
            lang={language === 'en' ? 'es' : 'en'}
            onClick={() => onLanguage(language === 'en' ? 'es' : 'en')}
          >
            {words.otherLanguage}
          </button>
          {isSignedIn && (
            <button type="button" class="button quiet" onClick={signOut}>
              {words.signOut}
            </button>
          )}
        </div>
        {isSignedIn && (
          <nav aria-label={words.navigation}>
            <ul>
              {PAGES.map((page) => (
                <li key={page}>
                  <a href={hashOf(page)} aria-current={page === route.page ? 'page' : undefined}>
                    {words.pages[page]}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        )}
      </header>
      <main id="content" tabIndex={-1}>
        {signedOut !== undefined && <SignIn reason={signedOut === 'new' ? undefined : signedOut} onKey={signIn} />}
        {isSignedIn && session === undefined && problem !== undefined && (
          <ErrorNotice error={problem} onRetry={start} />
        )}
        {isSignedIn && session === undefined && problem === undefined && <Loading />}
        {session !== undefined && (
          // When a key ends, what is on the page stays, and with it what somebody has typed in.
          <div hidden={!isSignedIn}>
            <SessionContext.Provider value={session}>
              <ShownPage key={`${route.page}/${route.id ?? ''}`} route={route} />
            </SessionContext.Provider>
          </div>
        )}
      </main>
      <div class="toast" role="status">
        {announcement && <p key={announcement.count}>{announcement.text}</p>}
      </div>
      {question && (
        <LeaveDialog
          onStay={() => setQuestion(undefined)}
          onLeave={() => {
            setQuestion(undefined);
            forgetUnsaved();
            question.go();
          }}
        />
      )}
    </>
  );
}

/** A link to a place in the page would be taken as one to another page. */
function SkipLink() {
  const words = useTexts(frameTexts);
  return (
    <button type="button" class="button skip" onClick={() => document.getElementById('content')?.focus()}>
      {words.skip}
    </button>
  );
}

function LeaveDialog({ onStay, onLeave }: { readonly onStay: () => void; readonly onLeave: () => void }) {
  const words = useTexts(kitTexts);
  return (
    <Dialog
      title={words.leaveTitle}
      onClose={onStay}
      actions={
        <>
          <Button look="main" onClick={onStay}>
            {words.stay}
          </Button>
          <Button look="danger" onClick={onLeave}>
            {words.leave}
          </Button>
        </>
      }
    >
      <p>{words.leaveText}</p>
    </Dialog>
  );
}

interface Question {
  /** Does what was asked about. */
  readonly go: () => void;
}

/** Where the console is; something unsaved keeps it there until its owner has said what is to become of it. */
function useNavigation() {
  const [hash, setHash] = useState(location.hash);
  const [question, setQuestion] = useState<Question>();
  const shown = useRef(location.hash);
  useEffect(() => {
    const follow = () => {
      const wanted = location.hash;
      if (wanted === shown.current) return;
      if (isUnsaved()) {
        history.replaceState(null, '', shown.current || location.pathname);
        setQuestion({
          go: () => {
            location.hash = wanted;
          },
        });
        return;
      }
      shown.current = wanted;
      setHash(wanted);
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  const ask = (go: () => void) => (isUnsaved() ? setQuestion({ go }) : go());
  return { route: useMemo(() => parseHash(hash), [hash]), question, setQuestion, ask };
}

/** The same text twice in a row is announced twice. */
function useAnnouncement() {
  const [announcement, setAnnouncement] = useState<{ readonly text: string; readonly count: number }>();
  const announce = useCallback(
    (text: string) => setAnnouncement((last) => ({ text, count: (last?.count ?? 0) + 1 })),
    [],
  );
  useEffect(() => {
    if (!announcement) return;
    const timer = setTimeout(() => setAnnouncement(undefined), SEEN);
    return () => clearTimeout(timer);
  }, [announcement]);
  return { announcement, announce };
}
