// stage.mjs: the widget with the settings that a story wants
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Installation, top, until } from "../e2e/harness.mjs";
import { findings, TAGS } from "./axe.mjs";
import { Visitor, launch, newPage } from "./people.mjs";

/** The frame as a page of its own: what Visitor knows of a chat holds for it. */
class Alone extends Visitor {
	/** Nothing that axe-core finds. */
	async clean(state) {
		assert.deepEqual(await this.page.evaluate(findings, TAGS), [], state);
	}

	css(selector, property) {
		return this.page.locator(selector).last().evaluate((element, name) =>
			getComputedStyle(element).getPropertyValue(name), property);
	}

	async menu(id) {
		await this.page.getByTestId("menu").click();
		await this.page.getByTestId(`menu-${id}`).click();
	}

	/** The rows of the menu, which is closed again. */
	async rows() {
		if (await this.page.getByTestId("menu").count() === 0)
			return [];
		await this.page.getByTestId("menu").click();
		const rows = await this.page.getByTestId("menu-list").locator("button")
			.evaluateAll((all) => all.map((row) => row.dataset.testid.replace("menu-", "")));
		await this.page.keyboard.press("Escape");
		return rows;
	}
}

export class Stage {
	static async open() {
		const self = new Stage();
		[self.site, self.browser] = await Promise.all([Installation.start(), launch()]);
		self.pages = [];
		return self;
	}

	async close() {
		await this.browser?.close();
		await this.site?.stop();
	}

	/** What holds from now on: these and the table's own. */
	set(settings) {
		const json = Buffer.from(JSON.stringify(settings)).toString("hex");
		this.site.sql(`UPDATE integrations SET settings = CONVERT(UNHEX('${json}') USING utf8mb4)
			WHERE type = 'web_chat'`);
	}

	/** The answer of the server to a visitor who opens the chat. */
	async ask(session = randomUUID()) {
		const answer = await fetch(`${this.site.url}/chat-widget/open`, {
			method: "POST", headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ embed_token: this.site.env.EMBED_TOKEN, session_id: session }),
		});
		assert.equal(answer.status, 200);
		return answer.json();
	}

	url(session = randomUUID(), more = {}) {
		return `${this.site.url}/chat-widget?${new URLSearchParams({
			embed_token: this.site.env.EMBED_TOKEN, session_id: session, ...more })}`;
	}

	/** The frame alone, with these settings; of a visitor who is new. */
	async visit(settings = {}, { session, params, ...options } = {}) {
		this.set(settings);
		const self = new Alone();
		self.page = await newPage(this.browser, {
			locale: "en-GB", reducedMotion: "reduce",
			viewport: { width: 420, height: 640 }, ...options });
		await self.page.addInitScript({ path: join(top, "node_modules/axe-core/axe.min.js") });
		self.page.setDefaultTimeout(20_000);
		self.chat = self.page;
		await self.page.goto(this.url(session, params));
		await self.page.locator(".loading").waitFor({ state: "detached" });
		await self.page.getByTestId("status").filter({ hasText: /./ }).waitFor();
		return self;
	}

	/** The shop's page with the panel open. */
	async shop(settings = {}, options = {}) {
		this.set(settings);
		const visitor = await Visitor.visit(this.browser, this.site,
			{ locale: "en-GB", reducedMotion: "reduce", ...options });
		await visitor.open();
		return visitor;
	}

	/** Runs with the option off and on; each gets the visitor. */
	async both(key, off, on, check) {
		for (const [value, wanted] of [[off, false], [on, true]]) {
			const visitor = await this.visit({ [key]: value });
			await check(visitor, wanted);
			assert.deepEqual(visitor.page.faults, []);
			await visitor.page.context().close();
		}
	}
}

export { assert, until };
