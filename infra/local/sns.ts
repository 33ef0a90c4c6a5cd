import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type Fault, Faults } from './faults.ts';
import { HOST, readBody, sendJson, serve } from './http-server.ts';
import { jsonFile } from './json-file.ts';
import type { Topics } from './topics.ts';

/** A text message as it was published. */
interface PublishedSms {
  readonly messageId: string;
  readonly at: string;
  readonly phoneNumber: string;
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const E164 = /^\+[1-9]\d{1,14}$/;
const LONGEST_MESSAGE = 1600;
const SMS_TYPES = ['Promotional', 'Transactional'];

/**
 * Stands in for Amazon SNS as far as `Publish` goes. Text messages, to a phone number, can be looked at on `/` and read as JSON on
 * `/messages`; what goes to a topic is handed on to it. `/_control/faults` orders faults.
 */
export async function startSns(options: {
  statePath?: string | undefined;
  topics?: Pick<Topics, 'publish'> | undefined;
}): Promise<{ url: string; close(): Promise<void> }> {
  const file = jsonFile<PublishedSms[]>(options.statePath);
  const published = file.load() ?? [];
  const faults = new Faults();

  const publish = (form: URLSearchParams): PublishedSms => {
    const phoneNumber = form.get('PhoneNumber');
    const message = form.get('Message') ?? '';
    if (phoneNumber === null)
      throw new SnsError('InvalidParameter', 'Invalid parameter: only PhoneNumber and TopicArn work locally');
    if (!E164.test(phoneNumber)) {
      throw new SnsError(
        'InvalidParameter',
        `Invalid parameter: PhoneNumber Reason: ${phoneNumber} is not valid to publish to`,
      );
    }
    if (message === '') throw new SnsError('InvalidParameter', 'Invalid parameter: Empty message');
    if (message.length > LONGEST_MESSAGE) {
      throw new SnsError('InvalidParameter', 'Invalid parameter: Message Reason: Message too long');
    }
    const type = attributes(form)['AWS.SNS.SMS.SMSType'];
    if (type !== undefined && !SMS_TYPES.includes(type)) {
      throw new SnsError('InvalidParameter', `Invalid parameter: MessageAttributes Reason: ${type} is no SMSType`);
    }
    const sms = {
      messageId: randomUUID(),
      at: new Date().toISOString(),
      phoneNumber,
      message,
      attributes: attributes(form),
    };
    published.push(sms);
    file.save(published);
    return sms;
  };

  const publishToTopic = (topicArn: string, form: URLSearchParams): { messageId: string } => {
    const message = form.get('Message') ?? '';
    if (message === '') throw new SnsError('InvalidParameter', 'Invalid parameter: Empty message');
    const messageId = options.topics?.publish(topicArn, message, form.get('Subject') ?? undefined);
    if (messageId === undefined) throw new SnsError('NotFound', 'Topic does not exist', 404);
    return { messageId };
  };

  const server = await serve(async (request, response) => {
    if (await faults.control(request, response)) return;
    if (request.method === 'GET' && request.url === '/messages') return sendJson(response, 200, published);
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page(published));
      return;
    }
    const form = new URLSearchParams(String(await readBody(request)));
    const action = form.get('Action') ?? '';
    const fault = await faults.next(action);
    if (fault?.cut && !fault.after) return void response.destroy();
    try {
      if (fault?.status !== undefined) throw SnsError.ordered(fault);
      if (action !== 'Publish')
        throw new SnsError('InvalidAction', `The action ${action} is not valid for this endpoint.`);
      const topicArn = form.get('TopicArn');
      const { messageId } = topicArn === null ? publish(form) : publishToTopic(topicArn, form);
      if (fault?.cut) return void response.destroy();
      sendXml(
        response,
        200,
        `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${messageId}</MessageId></PublishResult>${metadata()}</PublishResponse>`,
      );
    } catch (error) {
      if (!(error instanceof SnsError)) throw error;
      const type = error.status < 500 ? 'Sender' : 'Receiver';
      sendXml(
        response,
        error.status,
        `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>${type}</Type><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
      );
    }
  });
  return { url: `http://${HOST}:${server.port}`, close: server.close };
}

class SnsError extends Error {
  override readonly name = 'SnsError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }

  static ordered(fault: Fault): SnsError {
    return new SnsError(fault.code ?? 'InternalError', fault.message ?? 'Ordered fault', fault.status);
  }
}

function attributes(form: URLSearchParams): Record<string, string> {
  const found: Record<string, string> = {};
  for (let entry = 1; form.has(`MessageAttributes.entry.${entry}.Name`); entry += 1) {
    const prefix = `MessageAttributes.entry.${entry}`;
    found[form.get(`${prefix}.Name`) ?? ''] = form.get(`${prefix}.Value.StringValue`) ?? '';
  }
  return found;
}

function metadata(): string {
  return `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
}

function sendXml(response: ServerResponse, status: number, xml: string): void {
  response.writeHead(status, { 'content-type': 'text/xml' }).end(xml);
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** What arrived on the phones, newest first. */
function page(published: readonly PublishedSms[]): string {
  const bubbles = published
    .toReversed()
    .map(
      (sms) => `<li><h2>${escapeXml(sms.phoneNumber)} <time>${sms.at}</time></h2><p>${withLinks(sms.message)}</p></li>`,
    );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Text messages</title><style>${STYLE}</style>
<h1>Text messages</h1>
<ol>${bubbles.join('') || '<li>None yet.</li>'}</ol></html>`;
}

const STYLE = `:root{color-scheme:light dark}
body{max-width:28rem;margin:0 auto;padding:1rem;font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
ol{list-style:none;padding:0}
h2{font-size:.875rem;margin:1.5rem 0 .25rem}
time{font-weight:normal;opacity:.7}
p{white-space:pre-wrap;margin:0;padding:.75rem 1rem;border-radius:1.25rem 1.25rem 1.25rem .25rem;background:#8883}`;

/** A text as phones show it: with its links to tap. */
function withLinks(text: string): string {
  return text
    .split(/(https:\/\/\S+)/)
    .map((part, index) => (index % 2 === 0 ? escapeXml(part) : `<a href="${escapeXml(part)}">${escapeXml(part)}</a>`))
    .join('');
}
