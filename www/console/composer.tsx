/* composer.tsx: where a reply is written; its draft survives a reload */
/* SPDX-License-Identifier: MIT */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { codePoints, wellFormed } from '../shared/text';
import type { Conversation } from '../shared/types';
import { type Desk, useDesk } from './desk';
import { Icon } from './icons';
import { holder } from './inbox';
import { words } from './words';
import { reply } from './work';

const LIMIT = 4096;
const COUNT_FROM = 3800;
const TYPING_EVERY_MS = 2500;

/* The text of one conversation's draft, kept in this browser. */
function useDraft(desk: Desk, id: string)
{
	const key = desk.key('draft', id);
	const [text, setText] = useState(() => desk.storage.get(key) ?? '');

	return [text, (now: string) => {
		setText(now);
		if (now === '')
			desk.storage.remove(key);
		else
			desk.storage.set(key, now);
	}] as const;
}

/* Tells the room that somebody types, but not at every key. */
function useTyping(desk: Desk, id: string): () => void
{
	const last = useRef(0);

	return () => {
		const now = Date.now();

		if (now - last.current < TYPING_EVERY_MS)
			return;
		last.current = now;
		desk.connection.emit('user_typing',
			{ conversation_id: id, sender_type: 'agent' });
	};
}

/* As high as its text, up to the limit in the style sheet. */
function useGrowth(text: string)
{
	const box = useRef<HTMLTextAreaElement>(null);

	useLayoutEffect(() => {
		const el = box.current!;

		el.style.height = 'auto';
		el.style.height = `${el.scrollHeight}px`;
	}, [text]);
	return box;
}

/* Enter sends and Shift+Enter breaks the line; the Enter that ends a word of
 * an input method does neither. */
function isSend(event: KeyboardEvent): boolean
{
	return event.key === 'Enter' && !event.shiftKey && !event.altKey &&
		!event.isComposing && event.keyCode !== 229;
}

/* Keyed by conversation: each has a composer of its own. */
export function Composer({ conversation: c }: { conversation: Conversation })
{
	const desk = useDesk();
	const [text, setText] = useDraft(desk, c.id);
	const now = useRef(text);
	const typed = useTyping(desk, c.id);
	const left = LIMIT - codePoints(text);
	const ready = wellFormed(text).trim() !== '' && left >= 0;

	now.current = text;
	const send = async () => {
		if (!ready)
			return;
		setText('');
		/* What was written meanwhile is not lost for it. */
		if (!await reply(desk, c.id, wellFormed(text).trim()))
			setText([text, now.current].filter(Boolean).join('\n'));
	};

	return (
		<form class="composer" onSubmit={(event) => {
			event.preventDefault();
			void send();
			document.getElementById('composer')!.focus();
		}}>
			<ReplyField text={text} invalid={left < 0} onSend={send}
				hint={holder(c) === null ? words.replyClaims
					: words.replyHint}
				onText={(value) => {
					setText(value);
					typed();
				}} />
			<span id="composer-left" class={left < 0 ? 'left over' : 'left'}
				aria-live="polite">
				{LIMIT - left >= COUNT_FROM ? words.left(left) : ''}
			</span>
			<button type="submit" class="button primary send"
				data-testid="send" disabled={!ready}>
				<Icon name="send" /><span>{words.send}</span>
			</button>
		</form>
	);
}

interface ReplyFieldProps {
	text: string;
	hint: string;
	invalid: boolean;
	onText(text: string): void;
	onSend(): void;
}

function ReplyField({ text, hint, invalid, onText, onSend }: ReplyFieldProps)
{
	const box = useGrowth(text);

	return (
		<textarea id="composer" class="composer-text" rows={1} dir="auto"
			ref={box} value={text} aria-label={words.reply}
			data-testid="composer" enterkeyhint="send" placeholder={hint}
			aria-invalid={invalid} aria-describedby="composer-left"
			onInput={(event) => onText(event.currentTarget.value)}
			onKeyDown={(event) => {
				if (!isSend(event))
					return;
				event.preventDefault();
				onSend();
			}} />
	);
}
