/* store.ts: a value that can be watched; the only kind of state shared
 * between the modules that talk to the server and the views */

export interface Readable<T> {
	get(): T;
	/* Calls fn after each change; returns the function that stops it. */
	subscribe(fn: () => void): () => void;
}

export class Store<T> implements Readable<T> {
	private value: T;
	private readonly watchers = new Set<() => void>();

	constructor(value: T)
	{
		this.value = value;
	}

	get(): T
	{
		return this.value;
	}

	/* Setting the same value (by identity) wakes nobody. */
	set(value: T): void
	{
		if (Object.is(value, this.value))
			return;
		this.value = value;
		for (const fn of [...this.watchers])
			fn();
	}

	update(change: (value: T) => T): void
	{
		this.set(change(this.value));
	}

	subscribe(fn: () => void): () => void
	{
		this.watchers.add(fn);
		return () => void this.watchers.delete(fn);
	}
}
