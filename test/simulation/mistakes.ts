/** A change of the code for the worse. */
export interface Plant {
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** A known mistake, planted into the code as it is loaded. */
export interface Mistake extends Plant {
  /** The first that shows it, or one of the few before. */
  readonly seed: number;
}

/** Mistakes that systems like this one have made. The simulation must find each, or it would not have found them in ours. */
export const MISTAKES: Readonly<Record<string, Mistake>> = {
  'no-409-handling': {
    seed: 145,
    file: 'shared/meetings/outcome.ts',
    find: "if (failure.answer === 'duplicate') return { ...google, event: { ...event, confirmed: true } };",
    replace: '',
  },
  'message-before-link': {
    seed: 2,
    file: 'shared/notifications/notify.ts',
    find: 'this.truth = active ? link && booked(link.url) : GONE;',
    replace: "this.truth = active ? booked(link?.url ?? '') : GONE;",
  },
  // The fakes stand for the stores: one contract suite holds for both.
  'no-conditional-write': {
    seed: 26,
    file: 'test/fakes/meeting-store.ts',
    find: 'if (conditions.includes(false)) return false;',
    replace: '',
  },
  'tombstone-reused': {
    seed: 119,
    file: 'shared/meetings/meeting.ts',
    find: 'generation: google.generation + 1',
    replace: 'generation: google.generation',
  },
  'attendees-overwritten': {
    seed: 42,
    file: 'shared/meetings/reconcile.ts',
    find: 'return seen.guests.filter(({ email }) => wanted.has(email) || !ours.has(email));',
    replace: 'return wanted.has("") || ours.has("") ? [...seen.guests] : [];',
  },
  'created-overwrites': {
    seed: 5,
    file: 'shared/appointments/acceptance.ts',
    find: "if (delivery.intent === 'create') return refused('stale');",
    replace: '',
  },
  'revoke-not-noticed': {
    seed: 20,
    file: 'shared/staff/access.ts',
    find: 'if (isLost && grantId) {',
    replace: 'if (isLost && grantId === "") {',
  },
  'retry-without-backoff': {
    seed: 59,
    file: 'shared/meetings/outcome.ts',
    find: 'dueAt: permanent ? after(timing.now, FAILED_SECONDS) : retryAt(attempts, timing),',
    replace: 'dueAt: permanent ? after(timing.now, FAILED_SECONDS) : timing.now,',
  },
  'no-lease': {
    seed: 75,
    file: 'test/fakes/meeting-store.ts',
    find: 'current === wanted.version && (!claim || claim.endsAt < now);',
    replace: 'current === wanted.version && now !== claim?.holder;',
  },
  'settling-what-was-not-seen': {
    seed: 126,
    file: 'test/fakes/appointment-store.ts',
    find: 'appointment.revision === seen.revision && appointment.owed === seen.owed;',
    replace: 'appointment.appointmentId === seen.appointmentId;',
  },
  'sending-without-a-claim': {
    seed: 5,
    file: 'shared/notifications/deliver.ts',
    find: 'if (!claimed) return after(now(), CLAIM_SECONDS);',
    replace:
      'if (!claimed) return void (await send(deps, delivery, sequenceOf(told, news), settings).catch(() => {}));',
  },
  'doubt-forgotten': {
    seed: 22,
    file: 'shared/notifications/deliver.ts',
    find: 'inDoubt: withDoubt(told, news.truth)',
    replace: 'inDoubt: [news.truth]',
  },
  'channel-off-is-not-told': {
    seed: 5,
    file: 'shared/notifications/deliver.ts',
    find: 'return record(learned(told, news, now(), message));',
    replace: 'return undefined;',
  },
  'reminder-again': {
    seed: 2,
    file: 'shared/notifications/reminders.ts',
    find: ' && !isDone(reminder, told)',
    replace: '',
  },
  'reminder-of-what-was-not-told': {
    seed: 12,
    file: 'shared/notifications/notify.ts',
    find: 'if (!standing || news(told, standing) !== undefined) return undefined;',
    replace: 'if (!standing) return undefined;',
  },
  'reminder-of-what-was-just-said': {
    seed: 1,
    file: 'shared/notifications/reminders.ts',
    find: '!isJustSaid(reminder, told) && ',
    replace: '',
  },
  'reminder-nobody-asked-for': {
    seed: 7,
    file: 'shared/notifications/reminders.ts',
    find: ' && at >= since',
    replace: '',
  },
  'reminder-forgotten': {
    seed: 2,
    file: 'shared/notifications/notify.ts',
    find: 'return earliest(...waits, notices.nextReminderAt(recipients));',
    replace: 'return earliest(...waits);',
  },
  'class-reminded-for-each': {
    seed: 6,
    file: 'shared/notifications/notify.ts',
    find: 'const whoElse = await this.whoElseReminds(group, to, reminder, standing.url);',
    replace: 'const whoElse = undefined as { told: Told; isDone: boolean } | undefined;',
  },
  'written-back-after-an-erasure': {
    seed: 69,
    file: 'shared/look.ts',
    find: '    await forgetErased(deps, report.appointment, settings),',
    replace: '',
  },
  'history-changed': {
    seed: 12,
    file: 'shared/meetings/sync.ts',
    find: 'const isHistory = wish !== undefined && wish.texts.end <= now;',
    replace: 'const isHistory = wish !== undefined && wish.texts.end < "";',
  },
};

/** Our own: what the simulation has found, as the code was before. The others have examples in `test/unit/look`. */
export const MENDED: Readonly<Record<string, Mistake>> = {
  'leavers wait for those who stay': {
    seed: 463,
    file: 'shared/meetings/sync.ts',
    find: '(outcome.meeting.google.event !== undefined ||',
    replace: '(outcome.meeting !== null ||',
  },
  'an old event waits for the access to another calendar': {
    seed: 8094,
    file: 'shared/meetings/reconcile.ts',
    find: "const isReplaced = step.do === 'nothing' || !wish || linkOf(meeting) !== undefined;",
    replace: "const isReplaced = step.do === 'nothing' || !wish;",
  },
  'an old number never hears that it is cancelled': {
    seed: 429,
    file: 'shared/notifications/notify.ts',
    find: "    active &&\n    to.channel === 'sms' &&",
    replace: "    to.channel === 'sms' &&",
  },
};
