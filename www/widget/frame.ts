/* frame.ts: the frame's side of the talk with the loader: whether the panel is
 * open, how it lies on the screen and what the page wishes */

import { Store } from '../shared/store';
import { createBridge } from './bridge';
import type { Bridge, FrameMessages, HostMessages, SafeArea } from './bridge';

export interface FrameState {
	/* A loader is there: it can be asked to close the panel. */
	hosted: boolean;
	open: boolean;
	fullscreen: boolean;
	/* Bigger than usual, because the visitor asked for it. */
	maximized: boolean;
}

export type Peek = FrameMessages['peek']['messages'];

export interface Frame {
	state: Store<FrameState>;
	close(): void;
	unread(count: number): void;
	maximize(on: boolean): void;
	session(id: string): void;
	peek(messages: Peek): void;
	/* The rest of the talk, by name: host-link.ts. */
	tell: Bridge<FrameMessages>['send'];
	hear: Partial<Heard>;
}

type Heard = { [K in 'set' | 'call' | 'ran' | 'pause']:
	(data: HostMessages[K]) => void };

/* What the page may ask of the panel. */
export interface Wishes {
	settings(values: Record<string, unknown>): void;
	restart(): void;
}

function setSafeArea(safe: SafeArea): void
{
	const style = document.documentElement.style;

	for (const side of ['top', 'right', 'bottom', 'left'] as const)
		style.setProperty(`--safe-${side}`,
			`${Number(safe[side]) || 0}px`);
}

/* greeted: the loader has spoken already (greetHost). */
export function createFrame(origin: string | null, wishes: Wishes,
	greeted = false): Frame
{
	const alone = window.parent === window || origin === null;
	/* By itself (a WebView, a tab) the frame is open and full. */
	const state = new Store<FrameState>({ hosted: false, open: true,
		fullscreen: alone, maximized: false });
	const hear: Partial<Heard> = {};
	let bridge: Bridge<FrameMessages> | undefined;

	if (!alone) {
		bridge = createBridge<HostMessages, FrameMessages>(
			() => window.parent, origin, {
				open: ({ open }) => state.update((s) =>
					({ ...s, hosted: true, open: Boolean(open) })),
				viewport: ({ fullscreen, safe, maximized }) => {
					if (fullscreen && safe)
						setSafeArea(safe);
					state.update((s) => ({ ...s,
						fullscreen: Boolean(fullscreen),
						maximized: Boolean(maximized) }));
				},
				settings: ({ values }) => wishes.settings(values),
				restart: () => wishes.restart(),
				set: (data) => hear.set?.(data),
				call: (data) => hear.call?.(data),
				ran: (data) => hear.ran?.(data),
				pause: (data) => hear.pause?.(data),
			});
		/* A page that framed us by hand has not been greeted. */
		if (!greeted)
			bridge.send('ready', {});
	}
	return {
		state,
		close: () => bridge?.send('close', {}),
		unread: (count) => bridge?.send('unread', { count }),
		maximize: (on) => bridge?.send('maximize', { on }),
		session: (session_id) => bridge?.send('session', { session_id }),
		peek: (messages) => bridge?.send('peek', { messages }),
		tell: (name, data) => bridge?.send(name, data),
		hear,
	};
}
