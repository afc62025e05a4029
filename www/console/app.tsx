/* app.tsx: the inbox's panes side by side, or another page; the keyboard */
/* SPDX-License-Identifier: MIT */
import { useEffect } from 'preact/hooks';
import { useStore } from '../shared/hooks';
import { CompanyPage } from './company';
import { companyWords } from './company-words';
import { ContactPane } from './contact';
import { type Desk, DeskContext, useDesk } from './desk';
import { Dialogs, KEYS_OFF } from './dialogs';
import { Icon } from './icons';
import { countOf, holder, isOpen } from './inbox';
import { type Command, Keyboard } from './keys';
import { ListPane } from './list';
import { go, HOME, step } from './navigate';
import { Rail } from './rail';
import type { Page } from './route';
import { ThreadPane } from './thread';
import { WebChatPage } from './web-chat/page';
import { webChatWords } from './web-chat/words';
import { words } from './words';
import { claim } from './work';

export function App({ desk }: { desk: Desk })
{
	const open = useStore(desk.open);
	const { page } = useStore(desk.route);

	useTitle(desk);
	useKeyboard(desk);
	return (
		<DeskContext.Provider value={desk}>
			<div class={`app${open ? ' has-open' : ''}`}>
				<Rail />
				{page === 'inbox' ? <Inbox />
					: page === 'widgets' ? <WebChatPage />
						: <CompanyPage page={page} />}
			</div>
			<Dialogs />
			<Toasts />
		</DeskContext.Provider>
	);
}

function Inbox()
{
	const desk = useDesk();
	const drawer = useStore(desk.drawer);

	return (
		<main class="main">
			<h1 class="visually-hidden">
				{words.inbox} · {words.product}
			</h1>
			<ListPane />
			<ThreadPane />
			{drawer && <div class="scrim"
				onClick={() => desk.drawer.set(false)} />}
			<ContactPane />
		</main>
	);
}

/* "(3) Inbox · Baraza": how many wait, also in a tab in the background. */
function useTitle(desk: Desk): void
{
	const all = useStore(desk.all);
	const { unassigned } = useStore(desk.lists);
	const count = countOf(all, unassigned, 'unassigned', desk.myId);
	const { page } = useStore(desk.route);

	useEffect(() => {
		const wait = count === '' || count === '0' ? '' : `(${count}) `;

		document.title = `${wait}${pageTitle(page)} · ${words.product}`;
	}, [count, page]);
}

function pageTitle(page: Page): string
{
	return page === 'inbox' ? words.inbox
		: page === 'widgets' ? webChatWords.title : companyWords.keys;
}

function isTyping(target: EventTarget | null): boolean
{
	return target instanceof HTMLElement &&
		target.matches('input, textarea, select, [contenteditable]');
}

function useKeyboard(desk: Desk): void
{
	useEffect(() => {
		const keyboard = new Keyboard();
		const onKey = (event: KeyboardEvent) => {
			if (event.defaultPrevented || event.isComposing ||
			    document.querySelector('dialog[open]') !== null)
				return;
			const command = keyboard.press({ key: event.key,
				modified: event.ctrlKey || event.altKey || event.metaKey,
				typing: isTyping(event.target), at: event.timeStamp });

			if (command === null || (command !== 'back' &&
			    desk.storage.get(KEYS_OFF) !== null))
				return;
			if (run(desk, command))
				event.preventDefault();
		};

		document.addEventListener('keydown', onKey);
		return () => document.removeEventListener('keydown', onKey);
	}, []);
}

/* Carries a command out; false leaves the key to the browser. */
function run(desk: Desk, command: Command): boolean
{
	if (desk.route.get().page !== 'inbox' && command !== 'inbox' &&
	    command !== 'help')
		return false;
	switch (command) {
	case 'next':
	case 'previous':
		step(desk, command === 'next' ? 1 : -1);
		return true;
	case 'claim':
	case 'resolve':
		return work(desk, command);
	case 'reply':
		return focus('composer');
	case 'search':
		return focus('search');
	case 'inbox':
		go(desk, HOME);
		return true;
	case 'help':
		desk.dialog.set('keys');
		return true;
	default:
		return back(desk);
	}
}

/* The open conversation, or the one that the keyboard stands on. */
function work(desk: Desk, command: 'claim' | 'resolve'): boolean
{
	const id = desk.open.get()?.id ?? desk.chosen.get().id;
	const c = desk.conversation(id);

	if (c === undefined || !isOpen(c))
		return false;
	if (command === 'claim')
		void claim(desk, c.id);
	else if (desk.open.get() !== null && (holder(c) ?? desk.myId) ===
	    desk.myId)
		desk.dialog.set('resolve');
	return true;
}

function focus(id: string): boolean
{
	const el = document.getElementById(id);

	el?.focus();
	return el !== null;
}

/* Escape: out of the field, then the drawer, then the conversation. */
function back(desk: Desk): boolean
{
	const now = document.activeElement;

	if (desk.drawer.get())
		desk.drawer.set(false);
	else if (now instanceof HTMLElement && isTyping(now))
		now.blur();
	else if (desk.open.get() !== null)
		go(desk, { open: null });
	else
		return false;
	return true;
}

/* The regions stand in the page before anything is said in them. */
function Toasts()
{
	const desk = useDesk();
	const toasts = useStore(desk.toasts);
	const some = (bad: boolean) => toasts.filter((t) => t.bad === bad)
		.map((t) => (
			<div key={t.id} class={bad ? 'toast toast-bad' : 'toast'}
				data-testid="toast">
				<span>{t.text}</span>
				<button type="button" class="icon-button"
					aria-label={words.close}
					onClick={() => desk.dropToast(t.id)}>
					<Icon name="close" />
				</button>
			</div>));

	return (
		<div class="toasts">
			<div role="alert">{some(true)}</div>
			<div role="status">{some(false)}</div>
		</div>
	);
}
