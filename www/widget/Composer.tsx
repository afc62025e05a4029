/* Composer.tsx: where the visitor writes */

import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import type { RefObject } from 'preact';
import { codePoints, wellFormed } from '../shared/text';
import type { SafeStorage } from '../shared/storage';
import { AttachButton, useAttachments, useDrop } from './attach';
import type { Chat } from './chat';
import { SendIcon } from './icons';
import { useSettings, useWords } from './words';

const LIMIT = 4096;
const COUNT_FROM = 3800;
const MAX_LINES = 5;
/* What old browsers give as keyCode while an input method composes. */
const IME_KEYCODE = 229;

interface ComposerProps {
	chat: Chat;
	input: RefObject<HTMLTextAreaElement>;
	storage: SafeStorage;
	draftKey: string;
}

/* Grows with the text, up to MAX_LINES. */
function fit(area: HTMLTextAreaElement): void
{
	const style = getComputedStyle(area);
	const padding = parseFloat(style.paddingTop) +
		parseFloat(style.paddingBottom);
	const most = parseFloat(style.lineHeight) * MAX_LINES + padding;

	area.style.height = 'auto';
	const wanted = area.scrollHeight;

	area.style.height = `${Math.ceil(Math.min(wanted, most))}px`;
	area.style.overflowY = wanted > most + 1 ? 'auto' : 'hidden';
}

function Counter({ length }: { length: number })
{
	const { t } = useWords();
	const over = length > LIMIT;

	return (
		<p id="counter" role="status" data-testid="counter"
			class={over ? 'counter counter-over' : 'counter'}>
			{over ? t('characters_over', { count: length - LIMIT })
				: t('characters_left', { count: LIMIT - length })}
		</p>
	);
}

function isSendKey(event: KeyboardEvent): boolean
{
	return event.key === 'Enter' && !event.shiftKey && !event.ctrlKey &&
		!event.altKey && !event.metaKey && !event.isComposing &&
		event.keyCode !== IME_KEYCODE;
}

/* The text, kept across reloads until it is sent. */
function useDraft(storage: SafeStorage, key: string):
	[string, (value: string) => void]
{
	const [text, setText] = useState(() => storage.get(key) ?? '');

	return [text, (value) => {
		setText(value);
		if (value === '')
			storage.remove(key);
		else
			storage.set(key, value);
	}];
}

interface FieldProps {
	input: RefObject<HTMLTextAreaElement>;
	text: string;
	onChange(value: string): void;
	onSend(): void;
}

function Field({ input, text, onChange, onSend }: FieldProps)
{
	const { t } = useWords();
	const { placeholder, font_size } = useSettings();
	const length = codePoints(text);

	useLayoutEffect(() => {
		if (input.current)
			fit(input.current);
	}, [text, font_size]);
	useEffect(() => {
		const refit = () => input.current && fit(input.current);

		window.addEventListener('resize', refit);
		return () => window.removeEventListener('resize', refit);
	}, []);
	return (
		<textarea ref={input} rows={1} dir="auto" value={text}
			data-testid="composer" aria-label={t('composer_label')}
			placeholder={placeholder || t('composer_hint')}
			aria-invalid={length > LIMIT}
			aria-describedby={length >= COUNT_FROM
				? 'counter' : undefined}
			enterkeyhint="send" autocapitalize="sentences"
			autocomplete="off"
			onInput={(event) => onChange(event.currentTarget.value)}
			onKeyDown={(event) => {
				if (isSendKey(event)) {
					event.preventDefault();
					onSend();
				}
			}} />
	);
}

export function Composer({ chat, input, storage, draftKey }: ComposerProps)
{
	const { t } = useWords();
	const [text, setText] = useDraft(storage, draftKey);
	const files = useAttachments(chat);
	const over = useDrop(files.add, files.on);
	const length = codePoints(text);
	const said = wellFormed(text).trim();
	const ready = (said !== '' || files.ready) && length <= LIMIT;
	const send = () => {
		if (ready) {
			files.send();
			if (said !== '')
				chat.send({ content: said, content_type: 'text' });
			setText('');
		}
		input.current?.focus();
	};

	return (
		<form class={over ? 'composer drop-here' : 'composer'}
			onPaste={(event) => {
				if (files.add(event.clipboardData?.files))
					event.preventDefault();
			}}
			onSubmit={(event) => {
				event.preventDefault();
				send();
			}}>
			{files.part &&
				<files.part.UploadTray uploads={files.part.uploads} />}
			{length >= COUNT_FROM && <Counter length={length} />}
			<div class="composer-box">
				{files.on && <AttachButton add={files.add} />}
				<Field input={input} text={text} onSend={send}
					onChange={(value) => {
						setText(value);
						chat.typing.tell();
					}} />
				<button type="submit" class="send" data-testid="send"
					aria-label={t('send')} aria-disabled={!ready}>
					<SendIcon />
				</button>
			</div>
		</form>
	);
}
