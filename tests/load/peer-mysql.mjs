// peer-mysql.mjs: the same on Node's socket.io, each message stored by mysql2
// before it is acknowledged; prints its port
//
//   node tests/load/peer-mysql.mjs SOCKET DATABASE [CONNECTIONS]
// SPDX-License-Identifier: MIT
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import mysql from "mysql2/promise";
import { Server } from "socket.io";

const [socketPath, database, connectionLimit = 10] = process.argv.slice(2);
const pool = mysql.createPool({ socketPath, user: "root", database,
	connectionLimit: Number(connectionLimit), timezone: "Z" });

await pool.query(`CREATE TABLE IF NOT EXISTS messages (
	seq BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	id CHAR(36) CHARACTER SET ascii NOT NULL,
	conversation_id CHAR(36) CHARACTER SET ascii NOT NULL,
	sender_type VARCHAR(16) CHARACTER SET ascii NOT NULL,
	sender_id VARCHAR(255) NOT NULL,
	content TEXT NOT NULL,
	client_id VARCHAR(64) CHARACTER SET ascii NULL,
	created_at DATETIME(6) NOT NULL,
	UNIQUE KEY messages_id (id),
	UNIQUE KEY messages_client (conversation_id, client_id),
	KEY messages_conversation (conversation_id, seq)
) ENGINE=InnoDB`);

const http = createServer();
const io = new Server(http);

async function store(message) {
	const { conversation_id, content, sender_type, external_id, client_id = null } = message;
	const id = randomUUID();
	const created_at = new Date();
	const [result] = await pool.execute(`INSERT INTO messages (id, conversation_id,
		sender_type, sender_id, content, client_id, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?)`,
		[id, conversation_id, sender_type, external_id, content, client_id, created_at]);
	return { id, seq: result.insertId, conversation_id, content, sender_type, external_id,
		client_id, created_at: created_at.toISOString() };
}

io.on("connection", (socket) => {
	socket.on("join_conversation", ({ conversation_id }, ack) => {
		socket.join(`conv:${conversation_id}`);
		ack({ ok: true });
	});
	socket.on("send_message", async (message, ack) => {
		try {
			const stored = await store(message);
			const { id, seq, created_at } = stored;
			ack({ ok: true, id, seq, created_at });
			io.to(`conv:${message.conversation_id}`).emit("message_received", stored);
		} catch (error) {
			ack({ ok: false, error: error.message });
		}
	});
	socket.on("user_typing", ({ conversation_id, sender_type }) => {
		socket.to(`conv:${conversation_id}`).emit("typing_indicator",
			{ conversation_id, sender_type });
	});
});

http.listen(0, "127.0.0.1", 4096, () => console.log(http.address().port));
process.on("SIGTERM", () => process.exit(0));
