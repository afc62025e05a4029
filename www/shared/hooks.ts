/* hooks.ts: Preact's side of store.ts */

import { useEffect, useReducer, useRef } from 'preact/hooks';
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
