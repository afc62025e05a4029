/* socket-io.ts: the only user of socket.io-client */

import { io } from 'socket.io-client';
import type { SocketLike } from './socket';

export function openSocket(): SocketLike
{
	return io({
		path: '/socket.io/',
		autoConnect: false,
		reconnectionDelay: 500,
		reconnectionDelayMax: 10000,
	});
}
