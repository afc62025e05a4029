/* App.tsx: the panel: header, thread, composer, and the error in their place */

import { useEffect, useRef } from 'preact/hooks';
import { useStore } from '../shared/hooks';
import type { SafeStorage } from '../shared/storage';
import { cleanName } from '../shared/text';
import { Composer } from './Composer';
import { Header } from './Header';
import { MessageList } from './MessageList';
import type { Chat } from './chat';
import type { Frame } from './frame';
import { useWords } from './words';

interface AppProps {
	chat: Chat;
	frame: Frame;
	/* The page's own; null for the setting or the default. */
	title: string | null;
	storage: SafeStorage;
	draftKey: string;
}

function Refused({ chat }: { chat: Chat })
{
	const { t } = useWords();

	return (
		<div class="refused" role="alert">
			<p>{t('error_refused')}</p>
			{chat.canRetry && <button type="button" class="button"
				onClick={() => chat.again()}>
				{t('error_retry')}
			</button>}
		</div>
	);
}

/* The badge outside, and Esc inside, are the loader's to act on. */
function useFrame(chat: Chat, frame: Frame): void
{
	const { open, hosted } = useStore(frame.state);
	const count = useStore(chat.unread.count);

	useEffect(() => frame.unread(open ? 0 : count), [open, count, hosted]);
	useEffect(() => {
		chat.connection.relax(!open);
		if (!open)
			chat.unread.clearLine();
	}, [open]);
	useEffect(() => {
		const leave = (event: KeyboardEvent) => {
			if (event.key === 'Escape' && !event.defaultPrevented &&
			    !event.isComposing)
				frame.close();
		};

		document.addEventListener('keydown', leave);
		return () => document.removeEventListener('keydown', leave);
	}, [frame]);
}

/* The heading, which is the name of the document too. */
function useTitle(chat: Chat, given: string | null): string
{
	const { t } = useWords();
	const settings = useStore(chat.settings);
	const title = given ?? (cleanName(settings.title) || t('default_title'));

	useEffect(() => {
		document.title = title;
	}, [title]);
	return title;
}

export function App({ chat, frame, title: given, storage, draftKey }:
	AppProps)
{
	const title = useTitle(chat, given);
	const phase = useStore(chat.phase);
	const state = useStore(frame.state);
	const input = useRef<HTMLTextAreaElement>(null);
	const focus = () => input.current?.focus({ preventScroll: true });

	useFrame(chat, frame);
	useEffect(() => {
		if (state.open)
			focus();
	}, [state.open, phase]);
	return (
		<div class="panel" role="dialog" aria-labelledby="title"
			{...(state.hosted && state.fullscreen
				? { 'aria-modal': 'true' as const } : {})}>
			<Header chat={chat} frame={frame} title={title} />
			{phase === 'refused'
				? <Refused chat={chat} />
				: <>
					<MessageList chat={chat} open={state.open}
						title={title} onChosen={focus} />
					<Composer chat={chat} input={input}
						storage={storage} draftKey={draftKey} />
				</>}
		</div>
	);
}
