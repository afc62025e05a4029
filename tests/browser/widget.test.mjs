// widget.test.mjs: the chat as a guest on pages that are not ours
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { Agent, Installation, ask, until } from "../e2e/harness.mjs";
import { AgentPage, SENT, Visitor, launch } from "./people.mjs";

const HOSTILE = [
	"<img src=x onerror=alert(1)><script>alert(2)</script><b>bold</b>",
	"safe \u202Egnp.exe\u202C end",
	"W".repeat(300),
	"javascript:alert(3) https://shop.example/?q=\"><svg onload=alert(4)>",
];

/** A customer's page whose policy allows our script, request and frame, no more. */
async function customersPages(site) {
	const server = createServer((req, res) => {
		const query = new URL(req.url, "http://page").searchParams;
		const token = query.get("token") ?? site.env.EMBED_TOKEN;
		const script = `<script src="${site.url}/chat-widget/embed.js" data-embed-token="${token}"></script>`;
		res.writeHead(200, {
			"Content-Type": "text/html; charset=utf-8",
			"Content-Security-Policy": `default-src 'none'; script-src ${site.url}; connect-src ${site.url}; frame-src ${site.url}`,
		});
		res.end(`<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
			<title>A customer</title><h1>A customer</h1>${script.repeat(query.get("times") ?? 1)}`);
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	return { server, url: (query = {}) =>
		`http://127.0.0.1:${server.address().port}/?${new URLSearchParams(query)}` };
}

describe("the widget", () => {
	let site, browser, pages;
	before(async () => {
		[site, browser] = await Promise.all([Installation.start(), launch()]);
		pages = await customersPages(site);
	});
	after(async () => {
		await browser?.close();
		pages?.server.close();
		await site?.stop();
	});

	const visit = (query, options) =>
		Visitor.visit(browser, site, options, pages.url(query));
	const frames = (visitor) => visitor.page.locator("iframe").count();
	const message = (visitor, hasText) => visitor.chat.getByTestId("message").filter({ hasText });
	const rows = (content) => Number(site.sql(
		`SELECT COUNT(*) FROM messages WHERE content = '${content}'`)[0][0]);
	const sid = (visitor, token = site.env.EMBED_TOKEN) =>
		visitor.page.evaluate((key) => localStorage.getItem(key), `cw_sid_${token}`);
	const fits = (visitor) => visitor.chat.locator("html").evaluate((html) =>
		[...html.querySelectorAll("*")].every((e) => e.scrollWidth <= e.clientWidth ||
			getComputedStyle(e).display.startsWith("inline") ||
			e.matches(".visually-hidden, .visually-hidden *")));
	/** The ground of the panel, and the owner's colour as it is laid on it. */
	const colours = (visitor) => visitor.chat.locator(".panel").evaluate((panel) => {
		const style = getComputedStyle(panel);
		return [style.backgroundColor, style.getPropertyValue("--brand-tint")];
	});

	test("the loader stands twice on a page with a strict policy, and there is one chat", async () => {
		const visitor = await visit({ times: 2 });
		await visitor.page.locator("#baraza-launcher").waitFor();
		await visitor.page.addScriptTag({ url: `${site.url}/chat-widget/embed.js` });
		assert.equal(await visitor.page.locator("button").count(), 1);
		await visitor.open();
		await visitor.sees("bot", "Welcome to Maua");
		assert.equal(await frames(visitor), 1);
		assert.deepEqual(visitor.page.faults, []);
	});

	test("before a visitor opens it, nothing is stored, framed or asked of the server", async () => {
		const before = site.counts();
		const visitor = await Visitor.visit(browser, site);
		await visitor.page.locator("#baraza-launcher").waitFor();
		assert.equal(await visitor.page.evaluate(() =>
			localStorage.length + sessionStorage.length + document.cookie.length), 0);
		assert.deepEqual(await visitor.page.context().cookies(), []);
		assert.equal(await frames(visitor), 0);
		assert.deepEqual(await visitor.page.evaluate(() => performance.getEntriesByType("resource")
			.map((entry) => new URL(entry.name).pathname)), ["/chat-widget/embed.js", "/chat-widget/config"]);
		assert.deepEqual(site.counts(), before);
	});

	test("the visitor's id is kept in the customer's page, and history is there after a reload", async () => {
		const visitor = await visit();
		await visitor.open();
		await visitor.say("Remember me");
		const id = await until("the id", () => sid(visitor));
		await until("the message", () => rows("Remember me") === 1);
		assert.equal(site.sql(`SELECT 1 FROM contacts WHERE external_id = '${id}'`).length, 1);
		await visitor.page.reload();
		await visitor.open();
		await visitor.sees("end_user", "Remember me");
		assert.equal(await message(visitor, "Remember me").count(), 1);
		assert.equal(await sid(visitor), id);
	});

	test("a page that may not store anything can chat all the same", async () => {
		const visitor = await visit();
		await visitor.page.addInitScript(() => Object.defineProperty(window, "localStorage",
			{ get() { throw new DOMException("denied", "SecurityError"); } }));
		await visitor.page.reload();
		await visitor.open();
		await visitor.say("Nothing is kept");
		await until("the message", () => rows("Nothing is kept") === 1);
		await message(visitor, "Nothing is kept").locator(SENT).waitFor();
		// closed and opened again it is still the same conversation
		await visitor.chat.getByTestId("close").click();
		await visitor.open();
		await visitor.sees("end_user", "Nothing is kept");
		assert.deepEqual(visitor.page.faults, []);
	});

	test("what is written without a connection waits in sight and is stored once", async () => {
		const visitor = await visit();
		await visitor.open();
		await visitor.sees("bot", "Welcome to Maua");
		await visitor.page.context().setOffline(true);
		await site.crash("wsd");
		await visitor.say("Written in a tunnel");
		await message(visitor, "Written in a tunnel").locator("[data-tick=sending]").waitFor();
		await visitor.chat.getByTestId("status").getByText("Connecting…").waitFor();
		assert.equal(rows("Written in a tunnel"), 0);
		// even the page may go meanwhile
		await visitor.page.context().setOffline(false);
		await visitor.page.reload();
		await visitor.open();
		await message(visitor, "Written in a tunnel").locator(SENT).waitFor();
		assert.equal(rows("Written in a tunnel"), 1);
		assert.equal(await message(visitor, "Written in a tunnel").count(), 1);
	});

	test("a refused message stays with a way to try again", async () => {
		const visitor = await visit();
		await visitor.open();
		await visitor.sees("bot", "Welcome to Maua");
		// it has joined by then: who is refused there is let in anew
		await visitor.say("Take this one");
		await message(visitor, "Take this one").locator(SENT).waitFor();
		const id = await sid(visitor);
		const rename = (from, to) => site.sql(
			`UPDATE contacts SET external_id = '${to}' WHERE external_id = '${from}'`);
		rename(id, "somebody else");
		await visitor.say("Refuse me");
		const failed = visitor.chat.getByTestId("failed");
		await failed.getByText("Not sent.").waitFor();
		assert.equal(rows("Refuse me"), 0);
		rename("somebody else", id);
		await failed.getByTestId("retry").click();
		await message(visitor, "Refuse me").locator(SENT).waitFor();
		assert.equal(await failed.count(), 0);
		assert.equal(rows("Refuse me"), 1);
	});

	test("text with control characters is mended, and sent", async () => {
		const visitor = await visit();
		await visitor.open();
		await visitor.sees("bot", "Welcome to Maua");
		await visitor.say("Ring\x07 my\x1b bell\x0bnext\x7f line\x85 mended");
		await message(visitor, "next line mended").locator(SENT).waitFor();
		assert.equal(rows("Ring my bell\\nnext line mended"), 1);
		assert.equal(await visitor.chat.getByTestId("failed").count(), 0);
	});

	test("who has written is named after a reload as before it", async () => {
		const { token } = site.addWidget();
		const visitor = await visit({ token });
		await visitor.open();
		await visitor.say("Is anybody there?");
		await message(visitor, "Is anybody there?").locator(SENT).waitFor();
		const q = await sid(visitor, token);
		const agents = [await Agent.login(site), await Agent.login(site, "CONSOLE2")];
		const [conversation] = await agents[0].json("GET", `/api/conversations/?filter=all&q=${q}`);
		// one answers and ends it, another has the next one
		for (const [i, agent] of agents.entries()) {
			const socket = await agent.socket();
			const who = { conversation_id: conversation.id };
			assert.equal((await ask(socket, "claim_conversation", who)).ok, true);
			assert.equal((await ask(socket, "join_conversation", who)).ok, true);
			assert.equal((await ask(socket, "send_message", { ...who, content: `Answer ${i}`,
				content_type: "text", sender_type: "agent", client_id: `answer-${i}` })).ok, true);
			await visitor.sees("agent", `Answer ${i}`);
			await agent.json("POST", `/api/conversations/${conversation.id}/resolve`, { tags: [] });
			socket.disconnect();
			await visitor.say(`And then ${i}?`);
			await message(visitor, `And then ${i}?`).locator(SENT).waitFor();
		}
		const named = async () => {
			for (const [i, name] of ["Amina Odhiambo", "Juma"].entries())
				await message(visitor, `Answer ${i}`).getByText(name).first().waitFor({ state: "attached" });
		};
		await named();
		await visitor.page.reload();
		await visitor.open();
		await visitor.sees("agent", "Answer 1");
		await named();
	});

	test("used buttons stay to be seen but do nothing, after a reload as well", async () => {
		const visitor = await visit();
		await visitor.open();
		await visitor.press("Opening hours");
		await visitor.sees("bot", "8:00 to 18:00");
		const used = async () => {
			const buttons = visitor.chat.getByTestId("message").first().getByTestId("quick-button");
			assert.equal(await buttons.count(), 4);
			for (const button of await buttons.all()) {
				assert.equal(await button.isVisible(), true);
				assert.equal(await button.isDisabled(), true);
				await button.click({ force: true });
			}
			return visitor.count("end_user");
		};
		assert.equal(await used(), 1);
		assert.equal(await visitor.chat.locator(".choice.chosen").textContent(), "Opening hours");
		await visitor.page.reload();
		await visitor.open();
		await visitor.sees("bot", "8:00 to 18:00");
		assert.equal(await used(), 1);
	});

	test("each side sees the other typing, and no longer when it stops", async () => {
		const visitor = await visit();
		await visitor.open();
		await visitor.sees("bot", "Welcome to Maua");
		await visitor.say("typing test");
		const agent = await (await Agent.login(site)).socket();
		const [[id]] = await until("the conversation", () => site.sql(`SELECT LOWER(HEX(conversation_id))
			FROM messages WHERE content = 'typing test'`));
		const who = { conversation_id: id.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-") };
		assert.equal((await ask(agent, "join_conversation", who)).ok, true);
		const heard = new Promise((done) => agent.on("typing_indicator", done));
		await visitor.chat.getByTestId("composer").pressSequentially("Hm");
		assert.equal((await heard).sender_type, "end_user");
		await ask(agent, "user_typing", { ...who, sender_type: "agent" });
		await visitor.chat.getByTestId("typing").getByText("Amina Odhiambo is typing").waitFor();
		await visitor.chat.getByTestId("typing").waitFor({ state: "detached" });
	});

	test("on a phone the panel is the whole screen and leaves when closed", async () => {
		const visitor = await visit({}, { viewport: { width: 390, height: 844 },
			isMobile: true, hasTouch: true });
		await visitor.open();
		const box = (at) => at.boundingBox();
		assert.deepEqual(await box(visitor.page.locator("#baraza-frame")),
			{ x: 0, y: 0, width: 390, height: 844 });
		const composer = await box(visitor.chat.getByTestId("composer"));
		assert.ok(composer.y > 600 && composer.y + composer.height <= 844);
		assert.equal(await visitor.page.locator("#baraza-launcher").isVisible(), false);
		await visitor.chat.locator("[role=dialog][aria-modal=true]").waitFor();
		await visitor.chat.getByTestId("close").click();
		await visitor.page.locator("#baraza-launcher").waitFor();
		await visitor.page.locator("#baraza-frame").waitFor({ state: "hidden" });
	});

	test("at night the panel is dark, and follows when the day comes", async () => {
		const visitor = await visit({}, { colorScheme: "dark" });
		await visitor.open();
		const [night, tint] = await colours(visitor);
		assert.equal(night, "rgb(16, 21, 30)");
		await visitor.page.emulateMedia({ colorScheme: "light" });
		await until("daylight", async () => (await colours(visitor))[0] === "rgb(255, 255, 255)");
		assert.notEqual((await colours(visitor))[1], tint);
	});

	test("a Swahili browser gets Swahili words on the button and in the panel", async () => {
		const visitor = await visit({}, { locale: "sw-KE" });
		await visitor.page.getByRole("button", { name: "Fungua gumzo" }).waitFor();
		await visitor.open();
		assert.equal(await visitor.chat.getByTestId("composer").getAttribute("placeholder"),
			"Andika ujumbe…");
		assert.equal(await visitor.chat.locator("html").getAttribute("lang"), "sw");
		await visitor.chat.getByRole("button", { name: "Funga gumzo" }).waitFor();
	});

	test("markup, scripts, overrides and endless words are text on both sides", async () => {
		const agent = await AgentPage.login(browser, site);
		const visitor = await visit();
		const dialogs = [];
		for (const { page } of [agent, visitor]) page.on("dialog", (d) => dialogs.push(d));
		await visitor.open();
		for (const text of HOSTILE) await visitor.say(text);
		await until("all to be stored", () => rows("W".repeat(300)) === 1);
		const id = site.sql(`SELECT LOWER(HEX(conversation_id)) FROM messages
			WHERE content LIKE 'WWW%'`)[0][0].replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
		await agent.filter("all");
		await agent.open(id);
		for (const where of [visitor.chat, agent.page]) {
			const bubbles = where.locator("[data-testid=message][data-sender=end_user] .bubble");
			await until("all to be shown", async () => await bubbles.count() === HOSTILE.length);
			assert.deepEqual(await bubbles.allTextContents(), HOSTILE);
			assert.equal(await where.locator(".bubble :is(img, script, svg, b)").count(), 0);
			assert.deepEqual(await where.locator(".bubble a").evaluateAll((links) =>
				links.map((a) => new URL(a.href).protocol)), ["https:"]);
		}
		assert.equal(await fits(visitor), true);
		assert.equal(await agent.page.evaluate(() =>
			document.querySelector("[role=log]").scrollWidth <=
			document.querySelector("[role=log]").clientWidth), true);
		assert.deepEqual(dialogs, []);
		assert.deepEqual([...visitor.page.faults, ...agent.page.faults], []);
	});

	test("a chat that was taken away says so and offers to try again", async () => {
		const { channel, token } = site.addWidget();
		const visitor = await visit({ token });
		await visitor.open();
		await visitor.say("Before");
		await until("the message", () => rows("Before") === 1);
		const id = await sid(visitor, token);
		site.sql(`UPDATE integrations SET disabled_at = NOW(6) WHERE id = UNHEX('${channel.replaceAll("-", "")}');
			UPDATE contacts SET external_id = 'nobody' WHERE external_id = '${id}'`);
		await site.crash("wsd");
		await visitor.chat.getByRole("alert")
			.getByText("This chat is not available on this page.").waitFor();
		assert.equal(await visitor.chat.getByTestId("composer").count(), 0);
		site.sql(`UPDATE integrations SET disabled_at = NULL WHERE id = UNHEX('${channel.replaceAll("-", "")}');
			UPDATE contacts SET external_id = '${id}' WHERE external_id = 'nobody'`);
		await visitor.chat.getByRole("button", { name: "Try again" }).click();
		await visitor.sees("end_user", "Before");
		await visitor.chat.getByTestId("composer").waitFor();
	});

	test("an unknown token, and a page that is not on the widget's list, get no chat", async () => {
		const [, elsewhere] = site.ctl(["widget", "add", "--workspace", site.env.WORKSPACE_ID,
			"--name", "Elsewhere", "--origins", "https://elsewhere.example"]).trim().split(" ");
		const before = site.counts();
		for (const token of ["ew_nobody", elsewhere]) {
			const visitor = await visit({ token });
			await until("a no", () => visitor.page.evaluate(() => performance
				.getEntriesByType("resource").some((e) => e.name.endsWith("/config"))));
			assert.equal(await visitor.page.locator("#baraza-launcher").count(), 0);
			// the address of the frame that guests have in their pages says it in a sentence
			const { page } = visitor;
			await page.goto(`${site.url}/chat-widget?embed_token=${token}&session_id=v1`);
			await page.getByRole("alert").waitFor();
			assert.equal(await page.getByTestId("composer").count(), 0);
			assert.equal(await page.getByRole("alert").getByRole("button").count(), 0);
		}
		assert.deepEqual(site.counts(), before);
	});
});
