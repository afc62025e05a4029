/* load.ts: something that a page reads when it comes, and reads anew */
/* SPDX-License-Identifier: MIT */
import { useEffect, useState } from 'preact/hooks';
import { get, sentence, statusOf } from '../http';

export type Loaded<T> = { status: 'loading' } |
	{ status: 'failed'; why: string; code: number } |
	{ status: 'ready'; data: T };

export interface Load<T> {
	loaded: Loaded<T>;
	again(): void;
	set(change: (data: T) => T): void;
}

/* All of the paths together, one after the other in the answer. */
export function useLoad<T extends unknown[]>(...paths: string[]): Load<T>
{
	const [loaded, setLoaded] = useState<Loaded<T>>({ status: 'loading' });
	const [times, setTimes] = useState(0);

	useEffect(() => {
		const gone = new AbortController();

		setLoaded({ status: 'loading' });
		Promise.all(paths.map((path) => get<unknown>(path, gone.signal)))
			.then((data) => setLoaded({ status: 'ready', data: data as T }))
			.catch((error: unknown) => {
				if (!gone.signal.aborted && statusOf(error) !== 401)
					setLoaded({ status: 'failed', why: sentence(error),
						code: statusOf(error) });
			});
		return () => gone.abort();
	}, [times, ...paths]);
	return {
		loaded,
		again: () => setTimes((n) => n + 1),
		set: (change) => setLoaded((now) => now.status !== 'ready' ? now
			: { status: 'ready', data: change(now.data) }),
	};
}
