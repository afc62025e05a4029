/* poller.ts: the second carrier of a connection, for where no socket can be
 * had: REST requests in place of events, and a round every few seconds in
 * which everybody asks for what they missed.
 *
 * A round is the same as what follows a connect, so what arrives takes one way
 * whichever carrier brings it. After failures the pauses grow, and after two
 * in a row the carrier says that it does not work either. */
/* SPDX-License-Identifier: MIT */

import { ApiError } from './api';
import { pauseMs } from './retry';
import type { Ack } from './types';

export interface Request {
	method: 'GET' | 'POST';
	path: string;
	body?: unknown;
	/* Makes the acknowledgement of the answer, where they differ. */
	as?(data: any): object;
	/* What it does is worth a look right after. */
	look?: boolean;
}

/* What each event becomes; one that is not named has no twin. */
export type Twins = Readonly<Record<string, (payload: any) => Request>>;

export type Ask = (request: Request, signal: AbortSignal) => Promise<any>;

export interface PollerOptions {
	twins: Twins;
	ask: Ask;
	/* One round; fresh when nothing is known to be joined. */
	round(fresh: boolean): Promise<unknown>;
	/* Whether requests get through; told often. */
	onWorks(works: boolean): void;
	timeoutMs: number;
}

const ROUND_MS = 3000;
const HIDDEN_MS = 15000;
const LOST_AFTER = 2;
const LEAVE_S = 15;

/* Only `false` is sure. */
const isOffline = () => globalThis.navigator?.onLine === false;

export class Poller {
	/* Nobody looks: as if the page were hidden. */
	relaxed = false;
	private on = false;
	private busy = false;
	private again = false;
	private fresh = true;
	/* Counts starts and stops: what a round was says nothing of the next
	 * era. */
	private era = 0;
	/* What became of the requests since the last round. */
	private good = false;
	private bad = false;
	private failures = 0;
	/* The server asked to be left alone for so long. */
	private holdMs = 0;
	private timer: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly options: PollerOptions)
	{
	}

	get running(): boolean
	{
		return this.on;
	}

	start(): void
	{
		this.era++;
		this.on = this.fresh = true;
		this.failures = this.holdMs = 0;
		this.now();
	}

	stop(): void
	{
		this.era++;
		this.on = false;
		clearTimeout(this.timer);
	}

	/* Does not wait for the next round. */
	now(): void
	{
		this.again = true;
		if (this.on && !this.busy)
			void this.run();
	}

	/* As emitWithAck: rejects when it is unknown what the server did. */
	async request(event: string, payload: unknown): Promise<Ack<object>>
	{
		const twin = this.options.twins[event];

		if (twin === undefined)
			return { ok: false, error: 'unavailable' };
		const request = twin(payload ?? {});
		const stop = new AbortController();
		const timer = setTimeout(() => stop.abort(),
			this.options.timeoutMs);

		try {
			const data = await this.options.ask(request, stop.signal);

			this.worked();
			if (request.look)
				this.now();
			return { ok: true, ...(request.as?.(data) ?? data) };
		} catch (error) {
			return this.refused(error);
		} finally {
			clearTimeout(timer);
		}
	}

	/* An answer that is not the programs' own is the web server's, which
	 * says nothing of what they did. */
	private refused(error: unknown): Ack<object>
	{
		if (!(error instanceof ApiError) || error.status === 0 ||
		    error.slug.startsWith('http_')) {
			this.bad = true;
			throw error;
		}
		if (error.status >= 500)
			this.bad = true;
		else
			this.worked();
		/* Who is not logged in any more is on the way to the login. */
		this.holdMs = Math.max(this.holdMs, 1000 * (error.retryAfter ??
			(error.status === 401 ? LEAVE_S : 0)));
		return { ok: false, error: error.slug, message: error.message };
	}

	private worked(): void
	{
		this.good = true;
		if (this.on)
			this.options.onWorks(true);
	}

	private async run(): Promise<void>
	{
		clearTimeout(this.timer);
		this.busy = true;
		while (this.on && this.again) {
			const { era } = this;
			const offline = isOffline();

			this.again = this.good = this.bad = false;
			if (!offline)
				await this.options.round(this.fresh);
			if (era === this.era)
				this.judge(offline);
		}
		this.busy = false;
		if (this.on)
			this.timer = setTimeout(() => this.now(), this.pause());
	}

	/* What the round was: good, bad, or nobody asked for anything. */
	private judge(offline: boolean): void
	{
		if (this.good) {
			this.failures = 0;
			this.fresh = false;
		} else if (this.bad || offline) {
			this.again = false;
			this.failures = Math.max(this.failures + 1,
				offline ? LOST_AFTER : 0);
			if (this.failures !== LOST_AFTER)
				return;
			this.fresh = true;
			this.options.onWorks(false);
		}
	}

	private pause(): number
	{
		const ms = this.relaxed ||
			globalThis.document?.visibilityState === 'hidden'
			? HIDDEN_MS : ROUND_MS;
		const hold = this.holdMs;

		this.holdMs = 0;
		return Math.max(ms, hold,
			this.failures > 0 ? pauseMs(this.failures, ms) : 0);
	}
}
