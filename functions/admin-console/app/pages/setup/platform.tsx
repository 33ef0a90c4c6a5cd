import { Copyable, CopyButton } from '../../kit/controls.tsx';
import { useTexts } from '../../language.ts';
import { setupTexts } from './texts.ts';
import { joinUrl, TRIGGERS, type Trigger, webhookUrl, workflowFields } from './workflow.ts';

/** The workflows of Booknetic, ready to be pasted. */
export function Platform({ redirectUri }: { readonly redirectUri: string }) {
  const words = useTexts(setupTexts);
  return (
    <>
      <p>{words.platformIntro}</p>
      <h3>{words.address}</h3>
      <Copyable text={webhookUrl(redirectUri)} label={words.copyAddress} />
      <p>{words.method}</p>
      <h3>{words.header}</h3>
      <Copyable text="X-Webhook-Secret" label={words.copyHeader} />
      <p>{words.headerValue}</p>
      <h3>{words.workflows}</h3>
      {TRIGGERS.map((trigger) => (
        <Workflow key={trigger} trigger={trigger} />
      ))}
      <p>{words.testButton}</p>
      <p>{words.join}</p>
      <Copyable text={joinUrl(redirectUri)} label={words.copyJoin} />
      <p class="soft">{words.other}</p>
    </>
  );
}

function Workflow({ trigger }: { readonly trigger: Trigger }) {
  const words = useTexts(setupTexts);
  const fields = workflowFields(trigger);
  return (
    <details class="workflow">
      <summary>{words.workflow(words.triggers[trigger])}</summary>
      <table>
        <caption class="hidden">
          {words.fields}: {words.triggers[trigger]}
        </caption>
        <thead>
          <tr>
            <th scope="col">{words.fieldName}</th>
            <th scope="col">{words.fieldValue}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">
                <code>{name}</code>
              </th>
              <td>
                <code>{value}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <CopyButton text={fields.map(([name, value]) => `${name} = ${value}`).join('\n')} label={words.copyFields} />
    </details>
  );
}
