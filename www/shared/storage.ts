/* storage.ts: localStorage that may be forbidden, full or absent. A failure
 * is expected (private mode, blocked third-party storage) and never
 * thrown: reads give null, writes say whether they were kept. */

export interface SafeStorage {
	get(key: string): string | null;
	set(key: string, value: string): boolean;
	remove(key: string): void;
	/* Every key that starts with prefix. */
	keys(prefix: string): string[];
}

function guard<T>(otherwise: T, what: () => T): T
{
	try {
		return what();
	} catch {
		return otherwise;
	}
}

export function safeStorage(
	open: () => Storage = () => window.localStorage): SafeStorage
{
	return {
		get: (key) => guard(null, () => open().getItem(key)),
		set: (key, value) => guard(false, () => {
			open().setItem(key, value);
			return true;
		}),
		remove: (key) => guard(undefined, () => open().removeItem(key)),
		keys: (prefix) => guard<string[]>([], () => {
			const store = open();
			const found: string[] = [];

			for (let i = 0; i < store.length; i++) {
				const key = store.key(i);
				if (key !== null && key.startsWith(prefix))
					found.push(key);
			}
			return found;
		}),
	};
}

/* The same interface over a plain map, for tests and as a last resort. */
export function memoryStorage(): SafeStorage
{
	const map = new Map<string, string>();

	return {
		get: (key) => map.get(key) ?? null,
		set: (key, value) => {
			map.set(key, value);
			return true;
		},
		remove: (key) => void map.delete(key),
		keys: (prefix) =>
			[...map.keys()].filter((key) => key.startsWith(prefix)),
	};
}
