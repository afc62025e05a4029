/* App.tsx: the panel: header, thread, composer, and the error in their place */

import { useEffect, useMemo, useRef } from 'preact/hooks';
import { useStore } from '../shared/hooks';
import { cleanName } from '../shared/text';
import type { Readable } from '../shared/store';
import { Composer } from './Composer';
import { Offline, PoweredBy } from './Foot';
import { Header } from './Header';
import { MessageList } from './MessageList';
import { OverlayHost } from './OverlayHost';
import type { Chat } from './chat';
import type { Frame } from './frame';
import { WidgetProvider, useWidget } from './here';
import type { Widget } from './here';
import { WordsProvider, useSettings, useWords } from './words';

interface AppProps {
	current: Readable<Chat>;
	widget: Omit<Widget, 'chat'>;
	/* Begins the names of drafts. */
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
	}, [open, chat]);
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
function useTitle(): string
{
	const { t } = useWords();
	const title = cleanName(useSettings().title) || t('default_title');

	useEffect(() => {
		document.title = title;
	}, [title]);
	return title;
}

function Panel({ draftKey }: { draftKey: string })
{
	const { chat, frame, overlay, storage } = useWidget();
	const title = useTitle();
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
			<Header title={title} />
			{phase === 'refused'
				? <Refused chat={chat} />
				: <>
					<MessageList chat={chat} open={state.open}
						title={title} onChosen={focus} />
					<Offline />
					<Composer chat={chat} input={input}
						storage={storage} draftKey={draftKey} />
					<PoweredBy />
				</>}
			<OverlayHost overlay={overlay} />
		</div>
	);
}

/* Another chat is drawn anew, from its beginning. */
export function App({ current, widget, draftKey }: AppProps)
{
	const chat = useStore(current);
	const i18n = useStore(widget.languages);
	const here = useMemo(() => ({ ...widget, chat }), [widget, chat]);

	return (
		<WordsProvider value={i18n}>
			<WidgetProvider value={here}>
				<Panel key={chat.externalId}
					draftKey={draftKey + chat.externalId} />
			</WidgetProvider>
		</WordsProvider>
	);
}
