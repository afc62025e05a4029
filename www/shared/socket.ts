/* socket.ts: the one connection of a page: Socket.IO, and where that cannot
 * be had, REST requests (poller.ts) until it can.
 *
 * state is `online`, `blip` (down, but not long enough to tell anybody),
 * `connecting` (down for longer than the grace, 2 s) or `polling`. Requests are
 * never buffered while the connection is down: whoever needs that has an
 * outbox. */

import { Poller } from './poller';
import type { Ask, Twins } from './poller';
import { Store } from './store';
import type { Readable } from './store';

export type LinkState = 'online' | 'blip' | 'connecting' | 'polling';

/* What is used of socket.io-client's Socket; tests give their own. */
export interface SocketLike {
	readonly connected: boolean;
	/* Connected, or trying to by itself. */
	readonly active: boolean;
	on(event: string, fn: (...args: any[]) => void): unknown;
	off(event: string, fn: (...args: any[]) => void): unknown;
	emit(event: string, ...args: any[]): unknown;
	timeout(ms: number): {
		emitWithAck(event: string, ...args: any[]): Promise<any>;
	};
	connect(): unknown;
	disconnect(): unknown;
}

/* What the page may ask over REST instead. */
export interface Fallback {
	twins: Twins;
	ask: Ask;
}

/* polled: not a new connection, just time to ask what was missed. */
export type Up = (polled: boolean) => unknown;

export interface ConnectionOptions {
	socket: SocketLike;
	fallback?: Fallback;
	graceMs?: number;
	timeoutMs?: number;
}

const GRACE_MS = 2000;
const TIMEOUT_MS = 10000;
/* After the grace; a page that was never connected waits less. */
const FIRST_POLL_MS = 1000;
const POLL_MS = 3000;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 15000;

export class NotConnected extends Error {
	constructor()
	{
		super('not connected');
		this.name = 'NotConnected';
	}
}

export class Connection {
	private readonly link = new Store<LinkState>('blip');
	private readonly socket: SocketLike;
	private readonly graceMs: number;
	private readonly timeoutMs: number;
	private readonly poller: Poller | undefined;
	private readonly ups = new Set<Up>();
	private readonly downs = new Set<() => void>();
	private graceTimer: ReturnType<typeof setTimeout> | undefined;
	private pollMs = FIRST_POLL_MS;
	private retryTimer: ReturnType<typeof setTimeout> | undefined;
	private retryMs = FIRST_RETRY_MS;
	private closed = false;
	private paused = false;
	/* Counts connects: the silence of one says nothing of the next. */
	private era = 0;

	constructor(options: ConnectionOptions)
	{
		this.socket = options.socket;
		this.graceMs = options.graceMs ?? GRACE_MS;
		this.timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
		this.poller = options.fallback && new Poller({
			...options.fallback, timeoutMs: this.timeoutMs,
			round: (fresh) => Promise.allSettled(
				[...this.ups].map((fn) => fn(!fresh))),
			onWorks: (works) => {
				this.link.set(works ? 'polling' : 'connecting');
				if (!works)
					this.tellDown();
			},
		});
		this.socket.on('connect', () => this.up());
		this.socket.on('disconnect', () => {
			this.tellDown();
			this.down();
		});
		this.socket.on('connect_error', () => this.down());
	}

	get state(): Readable<LinkState>
	{
		return this.link;
	}

	/* Whether requests go anywhere now. */
	get isUp(): boolean
	{
		return this.socket.connected || this.link.get() === 'polling';
	}

	/* Connects and reacts to the browser's own news about the network. */
	open(): void
	{
		this.startGrace();
		this.socket.connect();
		if (typeof window === 'undefined')
			return;
		window.addEventListener('online', this.hurry);
		document.addEventListener('visibilitychange', this.hurry);
	}

	close(): void
	{
		this.closed = true;
		clearTimeout(this.graceTimer);
		clearTimeout(this.retryTimer);
		this.poller?.stop();
		this.socket.disconnect();
		if (typeof window === 'undefined')
			return;
		window.removeEventListener('online', this.hurry);
		document.removeEventListener('visibilitychange', this.hurry);
	}

	/* Listens to one server event; returns the function that stops it. */
	on<T>(event: string, fn: (payload: T) => void): () => void
	{
		this.socket.on(event, fn);
		return () => void this.socket.off(event, fn);
	}

	/* fn runs after every (re)connection, in every round while there is
	 * only REST, and now if already connected. */
	onUp(fn: Up): () => void
	{
		this.ups.add(fn);
		if (this.isUp)
			void fn(false);
		return () => void this.ups.delete(fn);
	}

	/* fn runs when the connection is lost, or becomes another one. */
	onDown(fn: () => void): () => void
	{
		this.downs.add(fn);
		return () => void this.downs.delete(fn);
	}

	/* Whether nobody looks, so that REST may be asked less often. */
	relax(relaxed: boolean): void
	{
		if (this.poller === undefined || this.poller.relaxed === relaxed)
			return;
		this.poller.relaxed = relaxed;
		if (!relaxed)
			this.poller.now();
	}

	/* Nothing is asked of the server until it is over. */
	pause(paused: boolean): void
	{
		if (this.paused === paused || this.closed)
			return;
		this.paused = paused;
		if (!paused) {
			this.startGrace();
			this.socket.connect();
			return;
		}
		clearTimeout(this.graceTimer);
		clearTimeout(this.retryTimer);
		this.graceTimer = undefined;
		this.poller?.stop();
		this.socket.disconnect();
		this.link.set('blip');
	}

	/* For what may be lost without harm, such as typing. */
	emit(event: string, payload?: unknown): void
	{
		if (!this.socket.connected)
			return;
		if (payload === undefined)
			this.socket.emit(event);
		else
			this.socket.emit(event, payload);
	}

	/* Rejects when the connection is down, goes down, or no answer comes
	 * in time; whether the server acted is then unknown. A connection that
	 * does not answer is given up. */
	async emitWithAck<T>(event: string, payload?: unknown): Promise<T>
	{
		if (!this.socket.connected && this.poller?.running)
			return await this.poller.request(event, payload) as T;
		if (!this.socket.connected)
			throw new NotConnected();
		const timed = this.socket.timeout(this.timeoutMs);
		const { era } = this;

		try {
			return await (payload === undefined
				? timed.emitWithAck(event)
				: timed.emitWithAck(event, payload)) as T;
		} catch (error) {
			/* As any that was lost: the grace, REST, and a new one. */
			if (this.socket.connected && era === this.era)
				this.socket.disconnect();
			throw error;
		}
	}

	private readonly hurry = (): void => {
		if (this.closed || this.paused || this.socket.connected ||
		    document.visibilityState === 'hidden')
			return;
		/* Leaves the back-off, which connect() alone would not. */
		this.socket.disconnect();
		this.socket.connect();
		this.poller?.now();
	};

	private up(): void
	{
		this.era++;
		clearTimeout(this.graceTimer);
		clearTimeout(this.retryTimer);
		this.graceTimer = undefined;
		this.retryMs = FIRST_RETRY_MS;
		this.pollMs = POLL_MS;
		if (this.poller?.running) {
			this.poller.stop();
			this.tellDown();
		}
		this.link.set('online');
		for (const fn of [...this.ups])
			void fn(false);
	}

	private tellDown(): void
	{
		for (const fn of [...this.downs])
			fn();
	}

	private down(): void
	{
		if (this.closed || this.paused)
			return;
		if (!this.poller?.running)
			this.startGrace();
		/* When the server itself closed or refused the connection, the
		 * client library does not come back. */
		if (!this.socket.active)
			this.retry();
	}

	private retry(): void
	{
		clearTimeout(this.retryTimer);
		this.retryTimer = setTimeout(() => {
			if (!this.closed && !this.socket.connected)
				this.socket.connect();
		}, this.retryMs);
		this.retryMs = Math.min(this.retryMs * 2, LAST_RETRY_MS);
	}

	private startGrace(): void
	{
		if (this.graceTimer !== undefined ||
		    this.link.get() === 'connecting')
			return;
		this.link.set('blip');
		this.graceTimer = setTimeout(() => {
			this.link.set('connecting');
			this.graceTimer = this.poller && setTimeout(() =>
				this.poller!.start(), this.pollMs);
		}, this.graceMs);
	}
}
