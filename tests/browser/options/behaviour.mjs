// behaviour.mjs: the options that change what the panel does
// SPDX-License-Identifier: MIT
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { assert, until } from "../stage.mjs";

const hex = (id) => `UNHEX(REPLACE('${id}', '-', ''))`;
const text = (s) => `CONVERT(UNHEX('${Buffer.from(s).toString("hex")}') USING utf8mb4)`;

/** A piece of a message that the bot writes just now. */
function piece(site, id, message, index, delta) {
	const payload = JSON.stringify({ conversation_id: id, message, index, delta });
	site.sql(`INSERT INTO notifications (workspace_id, conversation_id, kind, payload, origin, created_at)
		VALUES (UNHEX(REPEAT('0', 32)), ${hex(id)}, 'delta', ${text(payload)},
		${hex(randomUUID())}, UTC_TIMESTAMP(6))`);
}

export default {
	async start_first(stage) {
		for (const start_first of [false, true]) {
			const session = randomUUID();
			const visitor = await stage.visit({ start_first }, { session });
			if (start_first)
				await visitor.sees("bot", "Welcome");
			else
				await visitor.page.getByTestId("greeting").waitFor();
			assert.equal((await stage.ask(session)).messages.length > 0, start_first);
			await visitor.say("hello");
			await until("an answer", async () => await visitor.count("bot") > (start_first ? 1 : 0));
		}
	},

	async stream(stage) {
		await stage.both("stream", false, true, async (visitor, on) => {
			await visitor.say("hello");
			await until("an answer", async () => await visitor.count("bot") > 0);
			const session = new URL(visitor.page.url()).searchParams.get("session_id");
			const id = (await stage.ask(session)).conversation_id;
			await visitor.page.locator("[data-status=online]").waitFor();
			piece(stage.site, id, randomUUID(), 0, "Word for word");
			if (on)
				await visitor.page.getByTestId("growing").getByText("Word for word").waitFor();
			else
				await visitor.page.getByTestId("typing").waitFor();
			assert.equal(await visitor.page.getByTestId("growing").count(), on ? 1 : 0);
		});
	},

	async auto_scroll(stage) {
		await stage.both("auto_scroll", false, true, async (visitor, on) => {
			const last = visitor.page.getByTestId("message").last();
			for (let i = 0; i < 4; i++) {
				const bots = await visitor.count("bot");
				await visitor.say(`hello ${i}\n`.repeat(6));
				await until("an answer", async () => await visitor.count("bot") > bots);
			}
			const far = () => visitor.page.locator(".scroller").evaluate((box) =>
				box.scrollHeight - box.scrollTop - box.clientHeight);
			await until(on ? "the end" : "not the end", async () => (await far() < 40) === on);
			assert.equal(await visitor.page.getByTestId("jump").count(), on ? 0 : 1);
			if (on) return;
			await visitor.page.getByTestId("jump").click();
			await until("the end", async () => await far() < 40);
			assert.ok(await last.isVisible());
		});
	},

	async export_conversation(stage) {
		await stage.both("export_conversation", false, true, async (visitor, on) => {
			const said = "Markup <b>&\u{1F33B} and\nlines";
			await visitor.say(said);
			await until("an answer", async () => await visitor.count("bot") > 1);
			assert.equal((await visitor.rows()).includes("export"), on);
			if (!on) return;
			await visitor.menu("export");
			const dialog = visitor.page.getByTestId("export-dialog");
			const save = async (kind) => {
				const [download] = await Promise.all([visitor.page.waitForEvent("download"),
					dialog.getByTestId(`export-${kind}`).click()]);
				return readFileSync(await download.path(), "utf8");
			};
			await dialog.getByTestId("export-text").waitFor();
			await visitor.clean("export");
			assert.ok((await save("text")).includes(said));
			const { messages } = JSON.parse(await save("json"));
			assert.ok(messages.some((m) => m.text === said && m.from === "end_user"));
			assert.ok(messages.some((m) => m.from === "bot"));
			// what the paper has is on no screen
			const paper = visitor.page.getByTestId("paper");
			assert.equal(await paper.isVisible(), false);
			await visitor.page.emulateMedia({ media: "print" });
			await paper.getByText("Markup <b>").waitFor();
			assert.equal(await visitor.page.locator(".panel").isVisible(), false);
		});
	},

	async restart_conversation(stage) {
		await stage.both("restart_conversation", false, true, async (visitor, on) => {
			await visitor.say("the first conversation");
			await until("an answer", async () => await visitor.count("bot") > 1);
			assert.equal((await visitor.rows()).includes("restart"), on);
			if (!on) return;
			const conversations = () => Number(stage.site.sql("SELECT COUNT(*) FROM conversations")[0][0]);
			const before = conversations();
			await visitor.menu("restart");
			await visitor.page.getByText("Are you sure you want to restart").waitFor();
			await visitor.clean("restart");
			await visitor.page.getByTestId("restart-no").click();
			assert.equal(conversations(), before);
			await visitor.sees("end_user", "the first conversation");
			await visitor.menu("restart");
			await visitor.page.getByTestId("restart-yes").click();
			await visitor.page.getByText("the first conversation").waitFor({ state: "detached" });
			await visitor.sees("bot", "Welcome");
			await visitor.say("the second conversation");
			await visitor.sees("end_user", "the second conversation");
			await until("a conversation more", () => conversations() === before + 1);
			// agents have both, and the visitor comes back to the new one
			assert.equal(stage.site.sql("SELECT content FROM messages WHERE content = 'the first conversation'").length, 2);
			await visitor.page.reload();
			await visitor.sees("end_user", "the second conversation");
			assert.equal(await visitor.page.getByText("the first conversation").count(), 0);
		});
	},

	async maximize(stage) {
		for (const maximize of [false, true]) {
			const visitor = await stage.shop({ maximize });
			await visitor.sees("bot", "Welcome");
			await visitor.chat.getByTestId("menu").click();
			await visitor.chat.getByTestId("menu-list").waitFor();
			assert.equal(await visitor.chat.getByTestId("menu-maximize").count(), maximize ? 1 : 0);
			if (!maximize) continue;
			await visitor.page.evaluate(() => addEventListener("message", ({ data }) => {
				if (data.name === "maximize") window.asked = data.data;
			}));
			await visitor.chat.getByTestId("menu-maximize").click();
			await visitor.page.waitForFunction(() => window.asked?.on === true);
		}
		// a page of its own has nothing to grow in
		assert.equal((await (await stage.visit({ maximize: true })).rows()).includes("maximize"), false);
	},
};
