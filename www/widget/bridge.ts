/* bridge.ts: the only user of postMessage, for the loader and for the frame.
 *
 * Messages are {baraza: 1, name, data}. One goes only to the exact origin of
 * the other side, and one is believed only from that origin and that window;
 * what it may do is a table of names. The frame does not know the page's origin
 * before the first word from there: its greeting, which says nothing, is the
 * one message that goes to anybody. */
/* SPDX-License-Identifier: MIT */

export interface SafeArea {
	top: number;
	right: number;
	bottom: number;
	left: number;
}

/* proof: a hash in hex, or a JWT. */
export interface Identity {
	user: string;
	proof?: string | undefined;
}

export type Details = Readonly<Record<string, unknown>>;

/* Everything that stands in no address. */
export interface Init {
	key: string;
	widget: string;
	session: string;
	page_url: string;
	/* data-* and attributes of the page, by their camelCase names */
	props: Partial<Record<string, string>>;
	identity: Identity | null;
	details: Details | null;
}

/* What the frame tells the loader. */
export interface FrameMessages {
	ready: Record<string, never>;
	close: Record<string, never>;
	unread: { count: number };
	/* A bigger panel, or the usual one again. */
	maximize: { on: boolean };
	/* Another conversation has begun, or the server knows this one by another
	 * name: its session id is to be kept. */
	session: { session_id: string };
	/* What has come while the panel is closed, newest last. */
	peek: { messages: { id: string; name: string; text: string }[] };
	/* For the page: connect, disconnect, item, send, receive, … */
	event: { name: string; data: unknown };
	/* What a property of the element is now. */
	value: { name: string; value: unknown };
	/* Answers a call, or asks the page to run one of its functions. */
	answer: { id: number; result?: unknown; error?: string };
	run: { id: string; name: string; args: unknown };
}

/* What the loader tells the frame. */
export interface HostMessages {
	init: Init;
	open: { open: boolean };
	viewport: { fullscreen: boolean; height: number; safe: SafeArea;
		maximized?: boolean };
	/* Settings that the page wishes, by the keys of options.ts. */
	settings: { values: Record<string, unknown> };
	/* The page begins another conversation. */
	restart: Record<string, never>;
	/* Off the paths of the widget: no connection is held meanwhile. */
	pause: { paused: boolean };
	/* contact, meta, functions, notifications, messages, identity, details,
	 * placeholder, language, … */
	set: { name: string; value: unknown };
	/* restartConversation, initiateMessage, sendMessage, … */
	call: { id: number; name: string; args: readonly unknown[] };
	/* What the page's function gave. */
	ran: { id: string; result?: unknown; error?: string; abort?: boolean };
}

/* A side may leave out what it has no use for. */
type Table<M> = { [K in keyof M]?: (data: M[K]) => void };

export interface Bridge<Out> {
	send<K extends keyof Out & string>(name: K, data: Out[K]): void;
	close(): void;
}

interface Told {
	baraza?: unknown;
	name?: unknown;
	data?: unknown;
}

/* peer gives the other window now, or null while there is none. */
export function createBridge<In, Out>(peer: () => Window | null,
	origin: string, table: Table<In>): Bridge<Out>
{
	const receive = (event: MessageEvent): void => {
		const message = event.data as Told | null;

		if (event.origin !== origin || event.source !== peer() ||
		    message?.baraza !== 1 || typeof message.name !== 'string' ||
		    !Object.prototype.hasOwnProperty.call(table, message.name))
			return;
		table[message.name as keyof In]!(
			(message.data ?? {}) as In[keyof In]);
	};

	window.addEventListener('message', receive);
	return {
		send: (name, data) =>
			peer()?.postMessage({ baraza: 1, name, data }, origin),
		close: () => window.removeEventListener('message', receive),
	};
}

/* Greets the page around the frame and calls fn with its first word. */
export function greetHost(fn: (origin: string, init: Init) => void): void
{
	const receive = (event: MessageEvent): void => {
		const message = event.data as Told | null;

		if (event.source !== window.parent || event.origin === 'null' ||
		    message?.baraza !== 1 || message.name !== 'init')
			return;
		window.removeEventListener('message', receive);
		fn(event.origin, message.data as Init);
	};

	window.addEventListener('message', receive);
	window.parent.postMessage({ baraza: 1, name: 'ready', data: {} }, '*');
}
