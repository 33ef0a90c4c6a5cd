import { useEffect, useRef, useState } from 'preact/hooks';
import { useTexts } from '../language.ts';
import { kitTexts } from './texts.ts';

/** Pixels, of a mail that has not said yet how high it is. */
const HEIGHT = 320;

/**
 * A mail as it looks, in a frame without an origin whose own policy lets its style through and nothing else; a frame with `srcdoc` would
 * be under the policy of this page, which allows no style of others.
 */
export function MailPreview({ html }: { readonly html: string }) {
  const words = useTexts(kitTexts);
  const frame = useRef<HTMLIFrameElement>(null);
  const [isReady, setReady] = useState(false);
  const [height, setHeight] = useState(HEIGHT);
  useEffect(() => {
    const hear = ({ source, data }: MessageEvent) => {
      if (source === null || source !== frame.current?.contentWindow) return;
      if (data === 'ready') setReady(true);
      else if (Number.isFinite(data?.height)) setHeight(Math.max(1, Math.ceil(data.height)));
    };
    addEventListener('message', hear);
    return () => removeEventListener('message', hear);
  }, []);
  useEffect(() => {
    // A frame without an origin has no name to address it by; whatever is loaded in it can only be ours.
    if (isReady) frame.current?.contentWindow?.postMessage(html, '*');
  }, [isReady, html]);
  return (
    <iframe
      ref={frame}
      class="mail"
      title={words.preview}
      src="/admin/preview"
      sandbox="allow-scripts"
      height={height}
    />
  );
}
