// peer-api.mjs: the developer API's busiest routes on fastify and mysql2, over
// the same tables; prints its port
//
//   node tests/load/peer-api.mjs SOCKET DATABASE [CONNECTIONS]
//
// A key is looked up by its digest and has a budget in memory; ids are ULIDs.
// SPDX-License-Identifier: MIT
import { createHash } from "node:crypto";
import fastify from "fastify";
import mysql from "mysql2/promise";

const [socketPath, database, connectionLimit = 10] = process.argv.slice(2);
const pool = mysql.createPool({ socketPath, user: "root", database,
	connectionLimit: Number(connectionLimit), timezone: "Z" });
const app = fastify();

const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

function bytesOf(ulid) {
	let n = 0n;
	for (const digit of ulid.toUpperCase()) n = n * 32n + BigInt(DIGITS.indexOf(digit));
	return Buffer.from(n.toString(16).padStart(32, "0").slice(-32), "hex");
}

function ulidOf(bytes) {
	let n = BigInt(`0x${bytes.toString("hex")}`), text = "";
	for (let i = 0; i < 26; i++, n >>= 5n) text = DIGITS[Number(n & 31n)] + text;
	return text;
}

const seconds = (date) => date.toISOString().replace(/\.\d+Z$/, "Z");

const budgets = new Map();

/** A token bucket in memory: BURST requests, RATE a second. */
function spend(id, BURST = 1e9, RATE = 1e9) {
	const now = performance.now();
	const budget = budgets.get(id) ?? { left: BURST, at: now };
	budget.left = Math.min(BURST, budget.left + (now - budget.at) * RATE / 1000) - 1;
	budget.at = now;
	budgets.set(id, budget);
	return budget.left >= 0;
}

app.addHook("preHandler", async (request, reply) => {
	const secret = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
	const [[key]] = secret ? await pool.execute(
		`SELECT k.id, k.workspace_id, k.expires_at, k.revoked_at FROM api_keys k
		JOIN workspaces w ON w.id = k.workspace_id WHERE k.key_hash = ?`,
		[createHash("sha256").update(secret).digest()]) : [[]];
	if (!key || key.revoked_at || key.expires_at < new Date() && key.expires_at)
		return reply.code(401).send({ detail: "Invalid or expired API key." });
	if (!spend(key.id.toString("hex")))
		return reply.code(429).send({ detail: "Rate limit exceeded." });
	request.workspace = key.workspace_id;
});

app.get("/api/dev/v1/chatbots/:id", async (request, reply) => {
	const [[bot]] = await pool.execute(
		`SELECT id, workspace_id, name, description, category, webhook_url, is_active,
		created_at, updated_at FROM chatbots WHERE workspace_id = ? AND id = ?`,
		[request.workspace, bytesOf(request.params.id)]);
	if (!bot) return reply.code(404).send({ detail: "Chatbot not found." });
	return { ...bot, id: ulidOf(bot.id), workspace_id: ulidOf(bot.workspace_id),
		is_active: bot.is_active === 1, created_at: seconds(bot.created_at),
		updated_at: seconds(bot.updated_at) };
});

app.get("/api/dev/v1/chatbots/:bot/conversations/:id/messages", async (request, reply) => {
	const id = bytesOf(request.params.id);
	const [[conversation]] = await pool.execute(
		"SELECT id FROM conversations WHERE workspace_id = ? AND chatbot_id = ? AND id = ?",
		[request.workspace, bytesOf(request.params.bot), id]);
	if (!conversation) return reply.code(404).send({ detail: "Conversation not found." });
	const [rows] = await pool.execute(
		`SELECT seq, id, sender_type, content_type, content, created_at FROM messages
		WHERE workspace_id = ? AND conversation_id = ? AND seq > 0 ORDER BY seq LIMIT 100`,
		[request.workspace, id]);
	const messages = [];
	for (const row of rows) {
		const at = seconds(row.created_at);
		if (row.sender_type === "end_user")
			messages.push({ id: ulidOf(row.id), conversation_id: request.params.id,
				message: { text: row.content }, response: null, message_type: row.content_type,
				responder: "BOT", received_at: at, responded_at: null, status: "sent",
				created_at: at });
		else if (messages.length > 0)
			Object.assign(messages.at(-1), { response: { text: row.content }, responded_at: at });
	}
	return { count: messages.length, messages, next_cursor: null };
});

await app.listen({ port: 0, host: "127.0.0.1" });
console.log(app.server.address().port);
process.on("SIGTERM", () => process.exit(0));
