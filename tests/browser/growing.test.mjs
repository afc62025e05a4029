// growing.test.mjs: what a bot writes, while it writes, as its readers see it.
// The bot is another program: it tells the pieces as daemons tell each other,
// and stores the message.
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Installation, top } from "../e2e/harness.mjs";
import { AgentPage, Visitor, conversationId, launch } from "./people.mjs";

const hex = (id) => `UNHEX(REPLACE('${id}', '-', ''))`;
const text = (s) => `CONVERT(UNHEX('${Buffer.from(s).toString("hex")}') USING utf8mb4)`;

describe("a message that grows", () => {
	let site, browser, agent, visitor, id;
	before(async () => {
		[site, browser] = await Promise.all([Installation.start(), launch()]);
		visitor = await Visitor.visit(browser, site);
		await visitor.page.context().addInitScript({ path: join(top, "node_modules/axe-core/axe.min.js") });
		await visitor.page.reload();
		await visitor.open();
		await visitor.sees("bot", "Welcome");
		id = conversationId(site);
		agent = await AgentPage.login(browser, site);
		await agent.filter("all");
		await agent.open(id);
		await agent.sees("bot", "Welcome");
	});
	after(async () => {
		await browser?.close();
		await site?.stop();
	});

	function piece(message, index, delta) {
		const payload = JSON.stringify({ conversation_id: id, message, index, delta });
		site.sql(`INSERT INTO notifications (workspace_id, conversation_id, kind, payload, origin, created_at)
			VALUES (UNHEX(REPEAT('0', 32)), ${hex(id)}, 'delta', ${text(payload)},
			${hex(randomUUID())}, UTC_TIMESTAMP(6))`);
	}
	/** The message itself, as any that a bot stores. */
	function store(message, content) {
		site.sql(`START TRANSACTION;
			SELECT last_seq + 1, workspace_id INTO @seq, @ws FROM conversations WHERE id = ${hex(id)} FOR UPDATE;
			INSERT INTO messages (conversation_id, seq, id, workspace_id, session_id, sender_type, sender_id,
				content_type, content, created_at)
			SELECT conversation_id, @seq, ${hex(message)}, workspace_id, session_id, 'bot', sender_id,
				'text', ${text(content)}, UTC_TIMESTAMP(6)
			FROM messages WHERE conversation_id = ${hex(id)} AND sender_type = 'bot' ORDER BY seq LIMIT 1;
			UPDATE conversations SET last_seq = @seq WHERE id = ${hex(id)};
			INSERT INTO notifications (workspace_id, conversation_id, kind, seq, created_at)
			VALUES (@ws, ${hex(id)}, 'message', @seq, UTC_TIMESTAMP(6));
			COMMIT`);
	}
	const growing = (where) => where.getByTestId("growing").getByTestId("text");
	const message = (where, hasText) => where.getByTestId("message").filter({ hasText }).getByTestId("text");
	const places = async (of) => Promise.all([visitor.chat, agent.page].map((where) => of(where).boundingBox()));

	test("is seen by visitor and agent piece by piece, then as the message, and nothing moves", async () => {
		const uuid = randomUUID();
		piece(uuid, 0, "Roses <b>are</b> ");
		for (const where of [visitor.chat, agent.page])
			await growing(where).filter({ hasText: "Roses <b>are</b>" }).waitFor();
		piece(uuid, 1, "red, see https://shop.example/");
		for (const where of [visitor.chat, agent.page])
			await growing(where).filter({ hasText: "red, see https://shop.example/" }).waitFor();
		// no link before it is whole
		assert.equal(await growing(visitor.chat).locator("a").count(), 0);
		piece(uuid, 2, "roses");
		for (const where of [visitor.chat, agent.page])
			await growing(where).filter({ hasText: "shop.example/roses" }).waitFor();
		const grown = await places(growing);
		store(uuid, "Roses <b>are</b> red, see https://shop.example/roses");
		for (const where of [visitor.chat, agent.page]) {
			await message(where, "red, see").waitFor();
			assert.equal(await growing(where).count(), 0);
			assert.equal(await message(where, "red, see").locator("a").count(), 1);
		}
		assert.deepEqual(await places((where) => message(where, "red, see")), grown, "nothing moves");
		assert.deepEqual([...visitor.page.faults, ...agent.page.faults], []);
	});

	test("is read out once and whole; before that hearers know that somebody writes", async () => {
		const uuid = randomUUID();
		piece(uuid, 0, "One moment");
		await growing(visitor.chat).waitFor();
		const log = visitor.chat.getByRole("log");
		assert.equal(await log.getByText("One moment").count(), 0, "not in the log");
		await visitor.chat.getByRole("status").filter({ hasText: /typing/ }).waitFor({ state: "attached" });
		assert.equal(await visitor.chat.getByTestId("typing").count(), 0, "no dots beside it");
		const frame = visitor.page.frames().find((f) => f.url().includes("chat-widget"));
		const found = await frame.evaluate(async () => (await globalThis.axe.run(document)).violations.map((v) => v.id));
		assert.deepEqual(found, []);
		store(uuid, "One moment, please.");
		await log.getByText("One moment, please.").waitFor();
		assert.equal(await visitor.chat.getByRole("status").filter({ hasText: /typing/ }).count(), 0);
	});

	test("keeps what it has when a piece was lost, until the message comes", async () => {
		const uuid = randomUUID();
		piece(uuid, 0, "First");
		piece(uuid, 2, "third");
		await growing(visitor.chat).filter({ hasText: /^First$/ }).waitFor();
		store(uuid, "First, second, third");
		await message(visitor.chat, "First, second, third").waitFor();
		assert.equal(await growing(visitor.chat).count(), 0);
	});
});
