// peer.mjs: the same rooms on Node's socket.io, in memory, to measure against
// SPDX-License-Identifier: MIT
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http);
let seq = 0;

io.on("connection", (socket) => {
	socket.on("join_conversation", ({ conversation_id: id }, ack) => {
		socket.join(`conv:${id}`);
		ack({ ok: true });
	});
	socket.on("send_message", (message, ack) => {
		const stored = { ...message, id: String(++seq), seq, created_at: new Date().toISOString() };
		io.to(`conv:${message.conversation_id}`).emit("message_received", stored);
		ack({ ok: true, id: stored.id });
	});
});

http.listen(0, "127.0.0.1", () => console.log(http.address().port));
process.on("SIGTERM", () => process.exit(0));
