/* hooks.ts: Preact's side of store.ts */

import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import type { OutboxEntry } from './outbox';
import type { Readable } from './store';

/* The store's value now; the component renders again when it changes. */
export function useStore<T>(store: Readable<T>): T
{
	const [, again] = useReducer<number, void>((n) => n + 1, 0);
	const value = store.get();
	const seen = useRef(value);

	seen.current = value;
	useEffect(() => {
		const wake = () => {
			if (!Object.is(seen.current, store.get()))
				again();
		};

		/* It may have changed between the render and this effect. */
		wake();
		return store.subscribe(wake);
	}, [store]);
	return value;
}

/* Whether `ms` have passed since that time; null for a time that is not. */
export function useOverdue(since: number | null, ms: number): boolean
{
	const [overdue, setOverdue] = useState(false);

	useEffect(() => {
		setOverdue(false);
		if (since === null)
			return;
		/* A clock may be set back meanwhile. */
		const left = Math.min(since + ms - Date.now(), ms);
		const timer = setTimeout(() => setOverdue(true),
			Math.max(0, left));

		return () => clearTimeout(timer);
	}, [since, ms]);
	return overdue && since !== null;
}

/* After this long a person wants to know that a message has not gone. */
const LATE_MS = 5000;

/* Whether an unsent message has waited for longer than it should. */
export function useLate(entry: OutboxEntry | null | undefined): boolean
{
	return useOverdue(entry?.state === 'waiting'
		? Date.parse(entry.created_at) : null, LATE_MS);
}
