// peer.mjs: the same conversations on Node's socket.io, in memory, to measure
// against; prints its port
// SPDX-License-Identifier: MIT
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http);
let last = 0;

io.on("connection", (socket) => {
	socket.on("join_conversation", ({ conversation_id }, ack) => {
		socket.join(`conv:${conversation_id}`);
		ack({ ok: true });
	});
	socket.on("send_message", (message, ack) => {
		const { conversation_id, content, sender_type, external_id } = message;
		const id = String(++last);
		ack({ ok: true, id });
		io.to(`conv:${conversation_id}`).emit("message_received", { id, conversation_id,
			content, sender_type, external_id, created_at: new Date().toISOString() });
	});
	socket.on("user_typing", ({ conversation_id, sender_type }) => {
		socket.to(`conv:${conversation_id}`).emit("typing_indicator",
			{ conversation_id, sender_type });
	});
});

http.listen(0, "127.0.0.1", 4096, () => console.log(http.address().port));
process.on("SIGTERM", () => process.exit(0));
