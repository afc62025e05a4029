// access.test.mjs: everybody can use it: axe-core, keyboard, screen readers
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { join } from "node:path";
import { Agent, Installation, ask, top, until, visitor as guest } from "../e2e/harness.mjs";
import { findings, TAGS } from "./axe.mjs";
import { AgentPage, SENT, Visitor, launch } from "./people.mjs";

const PHONE = { width: 390, height: 844 };

/** Runs in the page: notes every message that is put into the log or leaves. */
function watchLog() {
	const log = document.querySelector("[role=log]");
	const messages = (nodes) => [...nodes].filter((n) => n.nodeType === 1).flatMap((n) =>
		[n, ...n.querySelectorAll("*")]).filter((e) => e.dataset.testid === "message");
	const bubble = (e) => e.querySelector(".bubble").textContent;
	window.noted = [];
	new MutationObserver((changes) => {
		for (const { addedNodes, removedNodes } of changes)
			window.noted.push(...messages(addedNodes).map((e) => `+ ${bubble(e)}`),
				...messages(removedNodes).map((e) => `- ${bubble(e)}`));
	}).observe(log, { childList: true, subtree: true });
}

/** Runs in the page: elements that move by themselves. */
function moving() {
	const long = (list) => list.split(",").some((time) => parseFloat(time) > 0.001);
	const moves = ({ transitionDuration, animationDuration, animationName }) =>
		long(transitionDuration) || animationName !== "none" && long(animationDuration);
	return [...document.querySelectorAll("*")].filter((e) => moves(getComputedStyle(e)))
		.map((e) => e.outerHTML.slice(0, 100));
}

describe("everybody can use the chat", () => {
	let site, browser, quiet;
	before(async () => {
		site = await Installation.start();
		browser = await launch();
		quiet = site.addWidget().token;
	});
	after(async () => {
		await browser?.close();
		await site?.stop();
	});

	/** Makes axe-core known to every page of a person, and asks it. */
	async function armed(person) {
		await person.page.context().addInitScript({ path: join(top, "node_modules/axe-core/axe.min.js") });
		await person.page.emulateMedia({ reducedMotion: "reduce" });
		await person.page.reload();
		return person;
	}
	const frame = (visitor) => visitor.page.frames().find((f) => f.url().endsWith("#hosted"));
	const clean = async (where, state) =>
		assert.deepEqual(await where.evaluate(findings, TAGS), [], state);
	const visit = () => Visitor.visit(browser, site);
	/** What a message looks like while the daemon does not answer. */
	async function whileItHangs(look) {
		const pid = Number(site.pids().wsd);
		process.kill(pid, "SIGSTOP");
		await look().finally(() => process.kill(pid, "SIGCONT"));
	}
	const focused = (where) => where.evaluate(() =>
		document.activeElement.dataset.testid ?? document.activeElement.id);
	const focusIs = (where, what) =>
		until(`the focus on ${what}`, async () => await focused(where) === what);
	/** The newest conversation, once it exists. */
	const newest = () => until("the conversation", () => site.sql(`SELECT LOWER(HEX(id))
		FROM conversations ORDER BY id DESC LIMIT 1`)[0]).then(([id]) =>
		id.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"));
	/** Presses a key until the focus is there; fails when it never is. */
	async function tabTo(page, where, what, key = "Tab") {
		for (let i = 0; i < 40 && await focused(where) !== what; i++)
			await page.keyboard.press(key);
		assert.equal(await focused(where), what);
	}

	test("axe-core has no findings on the shop's page and in the panel, in any state", async () => {
		const visitor = await armed(await visit());
		await visitor.page.locator("#baraza-launcher").waitFor();
		await clean(visitor.page, "the shop with the button");
		await visitor.open();
		await visitor.sees("bot", "Welcome to Maua");
		await clean(visitor.page, "the shop with the panel");
		await clean(frame(visitor), "greeting");
		await visitor.press("Opening hours");
		await visitor.sees("bot", "8:00 to 18:00");
		await clean(frame(visitor), "conversation");
		await whileItHangs(async () => {
			await visitor.say("On its way");
			await visitor.chat.locator("[data-tick=sending]").waitFor();
			await clean(frame(visitor), "unsent message");
		});
		await visitor.chat.locator("[data-tick=sending]").waitFor({ state: "detached" });
		site.sql("UPDATE contacts SET external_id = CONCAT('away ', external_id)");
		await visitor.say("Refused");
		await visitor.chat.getByTestId("failed").waitFor();
		await clean(frame(visitor), "failed message");
		await visitor.page.emulateMedia({ colorScheme: "dark" });
		await clean(frame(visitor), "dark");
		await clean(visitor.page, "the shop at night");
		await visitor.page.setViewportSize(PHONE);
		await clean(frame(visitor), "phone, dark");
		await visitor.page.emulateMedia({ colorScheme: "light" });
		await clean(frame(visitor), "phone");
	});

	test("axe-core has no findings in the console, in any state", async () => {
		const agent = await armed(await AgentPage.login(browser, site));
		const { page } = agent;
		await agent.filter("mine");
		await page.getByTestId("list-empty").waitFor();
		await clean(page, "empty inbox");
		await agent.filter("unassigned");
		const neema = await guest(site, "axe", { embed_token: quiet, customer_name: "Neema" });
		await neema.say("Is anybody there? Then look at https://shop.example/");
		await agent.row(neema.id).waitFor();
		await clean(page, "list");
		await agent.open(neema.id);
		await clean(page, "thread");
		await agent.claim();
		await whileItHangs(async () => {
			await agent.say("Yes");
			await page.getByRole("log").locator("[data-tick=sending]").waitFor();
			await clean(page, "claimed, unsent message");
		});
		await page.getByTestId("resolve").click();
		await page.getByTestId("tag-input").fill("sales");
		await page.keyboard.press("Enter");
		await clean(page, "resolve dialog");
		await page.keyboard.press("Escape");
		await page.keyboard.press("?");
		await page.getByTestId("keys").waitFor();
		await clean(page, "keys dialog");
		await page.keyboard.press("Escape");
		await page.emulateMedia({ colorScheme: "dark" });
		await clean(page, "dark");
		await page.setViewportSize({ width: 1000, height: 720 });
		await page.getByTestId("details").click();
		await clean(page, "contact drawer, dark");
		await page.keyboard.press("Escape");
		await page.setViewportSize(PHONE);
		await clean(page, "phone thread, dark");
		await page.getByTestId("back").click();
		await page.emulateMedia({ colorScheme: "light" });
		await clean(page, "phone list");
		await page.context().route("**/socket.io/**", (route) => route.abort());
		await page.reload();
		await page.getByTestId("link-note").getByText("Not live").waitFor();
		await clean(page, "phone list, not live");
		await page.context().unroute("**/socket.io/**");
		await page.getByTestId("logout").click();
		await page.getByTestId("login-submit").waitFor();
		await clean(page, "login");
		await page.getByTestId("login-submit").click();
		await clean(page, "login with errors");
	});

	test("a visitor needs no mouse from the button to the closed panel", async () => {
		const visitor = await visit();
		const { page } = visitor;
		await page.locator("#baraza-launcher").waitFor();
		await tabTo(page, page, "launcher");
		assert.notEqual(await page.locator("#baraza-launcher").evaluate((b) => b.style.outlineStyle), "none");
		await page.keyboard.press("Enter");
		await visitor.sees("bot", "Welcome to Maua");
		await focusIs(frame(visitor), "composer");
		await focusIs(page, "baraza-frame");
		await tabTo(page, frame(visitor), "quick-button", "Shift+Tab");
		const label = await frame(visitor).evaluate(() => document.activeElement.textContent);
		await page.keyboard.press("Enter");
		await visitor.sees("end_user", label);
		await focusIs(frame(visitor), "composer");
		await page.keyboard.type("By keyboard alone");
		await page.keyboard.press("Enter");
		await visitor.chat.getByTestId("message").filter({ hasText: "By keyboard alone" })
			.locator(SENT).waitFor();
		await page.keyboard.press("Escape");
		await page.locator("#baraza-frame").waitFor({ state: "hidden" });
		await focusIs(page, "launcher");
		assert.equal(await page.locator("#baraza-launcher").getAttribute("aria-expanded"), "false");
	});

	test("an agent needs no mouse from the login to the resolved conversation", async () => {
		const other = await guest(site, "keys 0", { embed_token: quiet, customer_name: "Older" });
		await other.say("I came first");
		const self = await guest(site, "keys 1", { embed_token: quiet, customer_name: "Newer" });
		await self.say("Only keys, please");
		const agent = new AgentPage();
		const { page } = Object.assign(agent, await visit());
		await page.goto(site.env.CONSOLE_URL);
		await focusIs(page, "login-email");
		await page.keyboard.type(site.env.CONSOLE_EMAIL);
		await page.keyboard.press("Tab");
		await page.keyboard.type(site.env.CONSOLE_PASSWORD);
		await page.keyboard.press("Enter");
		await agent.row(self.id).waitFor();
		const onRow = (id) => until("the focus on the row", () => page.evaluate((want) =>
			document.activeElement.dataset.id === want, id));
		for (const [key, id] of [["j", self.id], ["j", other.id], ["k", self.id]]) {
			await page.keyboard.press(key);
			await onRow(id);
		}
		await page.keyboard.press("Enter");
		await agent.sees("end_user", "Only keys, please");
		await page.keyboard.press("c");
		await page.getByText("Yours", { exact: true }).waitFor();
		await onRow(self.id); // where it stands now: in the list of one's own
		await page.keyboard.press("r");
		await focusIs(page, "composer");
		await page.keyboard.type("As you wish");
		await page.keyboard.press("Enter");
		await agent.sees("agent", "As you wish");
		await page.keyboard.press("Escape");
		await page.keyboard.press("e");
		await focusIs(page, "tag-input");
		await page.keyboard.type("keys,praise");
		await page.keyboard.press("Enter");
		await tabTo(page, page, "resolve-confirm");
		await page.keyboard.press("Enter");
		await until("the tags", () => site.sql(`SELECT tags FROM conversation_sessions
			WHERE status = 'resolved' AND conversation_id = UNHEX('${self.id.replaceAll("-", "")}')`)
			.flat()[0] === '["keys","praise"]');
		await focusIs(page, "thread-title");
	});

	test("a screen reader is told each new message once, typing apart, and the focus stays", async () => {
		const visitor = await visit();
		await visitor.open();
		await visitor.sees("bot", "Welcome to Maua");
		await visitor.press("Talk to a person");
		const id = await newest();
		const agent = await AgentPage.login(browser, site, "CONSOLE2");
		await agent.row(id).waitFor();
		await agent.open(id);
		await agent.claim();
		await agent.say("I am here");
		await visitor.sees("agent", "I am here");
		await agent.sees("agent", "I am here");
		for (const where of [frame(visitor), agent.page]) await where.evaluate(watchLog);

		// each writes while the other's messages arrive
		await visitor.chat.getByTestId("composer").fill("half a thought");
		await agent.page.getByTestId("search").focus();
		const socket = await (await Agent.login(site, "CONSOLE2")).socket();
		const who = { conversation_id: id, sender_type: "agent" };
		assert.equal((await ask(socket, "join_conversation", who)).ok, true);
		await ask(socket, "user_typing", who);
		const typing = visitor.chat.getByTestId("typing");
		await typing.waitFor();
		assert.equal(await visitor.chat.locator("[role=log] [data-testid=typing]").count(), 0);
		assert.equal(await visitor.chat.locator("[role=status] [data-testid=typing]").count(), 1);
		await ask(socket, "send_message", { ...who, content: "news" });
		for (const side of [visitor, agent]) await side.sees("agent", "news");
		await focusIs(frame(visitor), "composer");
		assert.equal(await visitor.chat.getByTestId("composer").inputValue(), "half a thought");
		await visitor.say("my own words");
		await visitor.chat.getByTestId("message").last().locator(SENT).waitFor();
		await agent.sees("end_user", "my own words");
		await focusIs(agent.page, "search");
		await agent.say("an answer");
		for (const side of [visitor, agent]) await side.sees("agent", "an answer");
		await until("the acknowledgement", () => agent.page.getByTestId("message").last()
			.getAttribute("data-seq"));
		for (const where of [frame(visitor), agent.page])
			assert.deepEqual(await where.evaluate(() => window.noted),
				["+ news", "+ my own words", "+ an answer"]);
	});

	test("who wants less motion gets none, and nothing is cut off at 320 pixels", async () => {
		const visitor = await visit();
		await visitor.open();
		const id = await newest();
		const agent = await AgentPage.login(browser, site);
		await agent.filter("all");
		await agent.open(id);
		const places = [visitor.page, frame(visitor), agent.page];
		for (const where of places) assert.notDeepEqual(await where.evaluate(moving), []);
		for (const { page } of [visitor, agent]) {
			await page.emulateMedia({ reducedMotion: "reduce" });
			await page.setViewportSize({ width: 320, height: 568 });
			await page.reload();
		}
		await visitor.open();
		await visitor.sees("bot", "Welcome to Maua");
		await agent.page.getByTestId("composer").waitFor();
		for (const where of [visitor.page, frame(visitor), agent.page]) {
			assert.deepEqual(await where.evaluate(moving), []);
			assert.deepEqual(await where.evaluate(() => [document.scrollingElement,
				...document.querySelectorAll(".scroller, [role=log]")]
				.filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.className)), []);
		}
	});
});
