/* bridge.ts: the only user of postMessage, for the loader and for the frame.
 *
 * Messages are {baraza: 1, name, data}. One goes only to the exact origin of
 * the other side, and one is believed only from that origin and that window;
 * what it may do is a table of names. */

export interface SafeArea {
	top: number;
	right: number;
	bottom: number;
	left: number;
}

/* What the frame tells the loader. */
export interface FrameMessages {
	ready: Record<string, never>;
	close: Record<string, never>;
	unread: { count: number };
	/* A bigger panel, or the usual one again. */
	maximize: { on: boolean };
	/* Another conversation has begun: its session id is to be kept. */
	session: { session_id: string };
	/* What has come while the panel is closed, newest last. */
	peek: { messages: { id: string; name: string; text: string }[] };
}

/* What the loader tells the frame. */
export interface HostMessages {
	open: { open: boolean };
	viewport: { fullscreen: boolean; height: number; safe: SafeArea;
		maximized?: boolean };
	/* Settings that the page wishes, by the keys of options.ts. */
	settings: { values: Record<string, unknown> };
	/* The page begins another conversation. */
	restart: Record<string, never>;
}

/* A side may leave out what it has no use for. */
type Table<M> = { [K in keyof M]?: (data: M[K]) => void };

export interface Bridge<Out> {
	send<K extends keyof Out & string>(name: K, data: Out[K]): void;
	close(): void;
}

/* peer gives the other window now, or null while there is none. */
export function createBridge<In, Out>(peer: () => Window | null,
	origin: string, table: Table<In>): Bridge<Out>
{
	const receive = (event: MessageEvent): void => {
		const message = event.data as
			{ baraza?: unknown; name?: unknown; data?: unknown } | null;

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
