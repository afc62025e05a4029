/* late-socket.ts: a socket whose library is loaded when it is first to connect,
 * so that a page shows what it has before. A library that cannot be loaded is a
 * connection that cannot be had: whoever asks again loads it again. */

import type { SocketLike } from './socket';

type Handler = (...args: any[]) => void;

export class LateSocket implements SocketLike {
	private socket: SocketLike | undefined;
	private loading = false;
	private wanted = false;
	private readonly handlers: [event: string, fn: Handler][] = [];

	constructor(private readonly load: () => Promise<SocketLike>)
	{
	}

	get connected(): boolean
	{
		return this.socket?.connected ?? false;
	}

	get active(): boolean
	{
		return this.socket?.active ?? this.loading;
	}

	on(event: string, fn: Handler): void
	{
		this.handlers.push([event, fn]);
		this.socket?.on(event, fn);
	}

	off(event: string, fn: Handler): void
	{
		const i = this.handlers.findIndex(([name, handler]) =>
			name === event && handler === fn);

		if (i >= 0)
			this.handlers.splice(i, 1);
		this.socket?.off(event, fn);
	}

	emit(event: string, ...args: any[]): void
	{
		this.socket?.emit(event, ...args);
	}

	timeout(ms: number): ReturnType<SocketLike['timeout']>
	{
		return this.socket?.timeout(ms) ?? {
			emitWithAck: () => Promise.reject(new Error('no socket')),
		};
	}

	connect(): void
	{
		this.wanted = true;
		if (this.socket)
			this.socket.connect();
		else if (!this.loading)
			void this.begin();
	}

	disconnect(): void
	{
		this.wanted = false;
		this.socket?.disconnect();
	}

	private async begin(): Promise<void>
	{
		this.loading = true;
		try {
			const socket = await this.load();

			this.socket = socket;
			for (const [event, fn] of this.handlers)
				socket.on(event, fn);
		} catch (error) {
			this.loading = false;
			for (const [event, fn] of [...this.handlers])
				if (event === 'connect_error')
					fn(error);
			return;
		}
		this.loading = false;
		if (this.wanted)
			this.socket.connect();
	}
}
