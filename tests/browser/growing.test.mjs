// growing.test.mjs: what a bot writes, while it writes, as its readers see it.
// At first the bot is another program: it tells the pieces as daemons tell each
// other, and stores the message. Then it asks a model.
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Installation, freePort, top, until } from "../e2e/harness.mjs";
import { AgentPage, Visitor, conversationId, launch, shown, stored } from "./people.mjs";

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
		const frame = visitor.page.frames().find((f) => f.url().endsWith("#hosted"));
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

describe("a model's answer", () => {
	const ANSWER = "Our **roses** are red, and the tulips come from Arusha every morning.";
	let site, browser, agent, visitor, model;
	before(async () => {
		const port = await freePort();
		[site, browser] = await Promise.all([Installation.start({ conf: `outside_allow = 127.0.0.1:${port}` }), launch()]);
		const fixtures = join(site.dir, "aimock.json"), flow = join(site.dir, "flow.json");
		writeFileSync(fixtures, JSON.stringify({ fixtures: [{ match: { userMessage: "roses" }, response: { content: ANSWER } }] }));
		writeFileSync(flow, JSON.stringify({ shop: { message: "Ask me.",
			actions: [{ type: "LLM_AGENT", name: "Rosa", system_prompt: "You sell flowers." }] } }));
		// slow enough to be watched: a piece of four characters at a time
		model = spawn("node", [join(top, "node_modules/@copilotkit/aimock/dist/cli.js"), "-p", String(port), "-f", fixtures,
			"--strict", "--chunk-size", "4", "--latency", "150", "--log-level", "silent"], { stdio: "ignore" });
		await until("the model", () => fetch(`http://127.0.0.1:${port}/v1/models`).then(({ status }) => status > 0, () => false));
		const workspace = ["--workspace", site.env.WORKSPACE_ID];
		site.ctl(["llm", "set", ...workspace, "--provider", "openai", "--model", "m-1",
			"--base-url", `http://127.0.0.1:${port}/v1`, "--no-key"]);
		site.ctl(["flow", "publish", ...workspace, "--chatbot", site.env.CHATBOT_ID, "--name", "main", "--file", flow]);
		visitor = await Visitor.visit(browser, site);
		await visitor.open();
		await visitor.sees("bot", "Ask me.");
		agent = await AgentPage.login(browser, site);
		await agent.filter("all");
		await agent.open(conversationId(site));
		await agent.sees("bot", "Ask me.");
	});
	after(async () => {
		model?.kill();
		await browser?.close();
		await site?.stop();
	});

	/** Notes in the page every text that the growing message has had. */
	const watch = (frame) => frame.evaluate(() => {
		globalThis.grown = [];
		new MutationObserver(() => {
			const text = document.querySelector("[data-testid=growing] [data-testid=text]")?.textContent;
			if (text && text !== globalThis.grown.at(-1)) globalThis.grown.push(text);
		}).observe(document.body, { subtree: true, childList: true, characterData: true });
	});

	test("grows before its readers' eyes, and is there once", async () => {
		const frames = [visitor.page.frames().find((f) => f.url().endsWith("#hosted")), agent.page.mainFrame()];
		for (const frame of frames) await watch(frame);
		await visitor.say("Have you got roses?");
		for (const where of [visitor, agent]) await where.sees("bot", "every morning.");
		for (const frame of frames) {
			const grown = await frame.evaluate(() => globalThis.grown);
			assert.ok(grown.length > 2, `grew ${grown.length} times`);
			grown.forEach((text, i) => assert.ok(i === 0 || text.length > grown[i - 1].length, `${i}: ${text}`));
			assert.ok(grown[0].length < 40, grown[0]);
			const bare = ANSWER.replaceAll("*", "");
			for (const text of grown) assert.ok(bare.startsWith(text.replaceAll("*", "").trim()), text);
		}
		for (const where of [visitor.chat, agent.page]) {
			await where.getByTestId("growing").getByTestId("text").waitFor({ state: "detached" });
			const said = (await shown(where)).filter(([, , text]) => text.includes("every morning."));
			assert.equal(said.length, 1);
		}
		assert.equal(await visitor.count("bot"), 2);
		assert.deepEqual(stored(site).map(([, who, text]) => [who, text]),
			[["bot", "Ask me."], ["end_user", "Have you got roses?"], ["bot", ANSWER]]);
		assert.deepEqual([...visitor.page.faults, ...agent.page.faults], []);
	});
});
