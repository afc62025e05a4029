/* copy.tsx: a text to take away with one click, and what came of it */
/* SPDX-License-Identifier: MIT */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../icons';
import { webChatWords as words } from './words';

const SAID_MS = 2000;

/* Without HTTPS browsers have no clipboard for pages; the old way is left. */
async function copy(text: string, select: () => void): Promise<boolean>
{
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		select();
		return document.execCommand('copy');
	}
}

function useCopy(text: string, select: () => void)
{
	const [copied, setCopied] = useState<boolean | null>(null);

	/* A text that has changed was not copied. */
	useEffect(() => setCopied(null), [text]);
	useEffect(() => {
		if (copied !== true)
			return;
		const timer = setTimeout(() => setCopied(null), SAID_MS);
		return () => clearTimeout(timer);
	}, [copied]);
	return { copied, run: () => void copy(text, select).then(setCopied) };
}

function CopyButton({ copied, testId, onClick }: {
	copied: boolean | null; testId: string; onClick(): void;
})
{
	return <>
		<button type="button" class="button small wc-copy"
			data-testid={testId} onClick={onClick}>
			<Icon name={copied ? 'check' : 'copy'} />
			{copied ? words.copied : words.copy}
		</button>
		<span role="status" class="visually-hidden">
			{copied === true && words.copied}
			{copied === false && words.copyFailed}
		</span>
	</>;
}

/* Several lines, with what they are for above. */
export function CodeBlock({ file, code, testId }: {
	file: string; code: string; testId: string;
})
{
	const block = useRef<HTMLPreElement>(null);
	const { copied, run } = useCopy(code, () =>
		getSelection()!.selectAllChildren(block.current!));

	return (
		<figure class="wc-code">
			<figcaption class="wc-code-head">
				<span class="wc-code-file">{file}</span>
				<CopyButton copied={copied} testId={`${testId}-copy`}
					onClick={run} />
			</figcaption>
			{/* a region that scrolls must be reached by keyboard */}
			<pre ref={block} dir="ltr" tabIndex={0} data-testid={testId}
				aria-label={file} role="region"><code>{code}</code></pre>
			{copied === false &&
				<p class="hint field-error">{words.copyFailed}</p>}
		</figure>
	);
}

/* One line. */
export function CopyField({ id, label, value }: {
	id: string; label: string; value: string;
})
{
	const field = useRef<HTMLInputElement>(null);
	const { copied, run } = useCopy(value, () => field.current!.select());

	return <>
		<label class="label" for={id}>{label}</label>
		<div class="copy-row">
			<input class="field code" id={id} data-testid={id} readOnly
				dir="ltr" value={value} ref={field} spellcheck={false}
				onFocus={(event) => event.currentTarget.select()} />
			<CopyButton copied={copied} testId={`${id}-copy`}
				onClick={run} />
		</div>
		{copied === false &&
			<p class="hint field-error">{words.copyFailed}</p>}
	</>;
}
