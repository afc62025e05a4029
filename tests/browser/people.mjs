// people.mjs: a visitor on the shop's page and an agent in the console, each
// in a browser context of their own
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const PATIENCE_MS = 60_000;

/** The mark of a message that the server has acknowledged. */
export const SENT = "[data-tick]:not([data-tick=sending])";

/** The system's Chromium, without its talk to the outside. */
export function launch() {
	return chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
			"--disable-quic", "--no-first-run", "--disable-sync",
			"--disable-background-networking", "--disable-component-update"],
	});
}

/** A page in a context of its own; what it may not do is in page.faults. */
export async function newPage(browser, options) {
	const context = await browser.newContext(options);
	context.setDefaultTimeout(PATIENCE_MS);
	const page = await context.newPage();
	page.faults = [];
	page.on("pageerror", (error) => page.faults.push(String(error)));
	page.on("console", (message) => {
		// Refused by our own policy: never expected. Lost connections are.
		if (/Content Security Policy|Refused to/.test(message.text()))
			page.faults.push(message.text());
	});
	return page;
}

/** What a thread shows, in order: [seq, sender, text]. */
export async function shown(where) {
	return where.getByTestId("message").evaluateAll((items) => items.map((item) => [
		Number(item.dataset.seq), item.dataset.sender,
		item.querySelector("[data-testid=text]")?.textContent ?? "",
	]));
}

export class Visitor {
	static async visit(browser, site, options, url = site.env.SITE_URL) {
		const self = new Visitor();
		self.page = await newPage(browser, options);
		await self.page.goto(url);
		self.chat = self.page.frameLocator("#baraza-frame");
		return self;
	}

	async open() {
		// one that was open on the page before is open again
		const launcher = this.page.locator("#baraza-launcher");
		if (await launcher.getAttribute("aria-expanded") !== "true") await launcher.click();
		await this.chat.getByTestId("composer").waitFor();
	}

	async say(text) {
		await this.chat.getByTestId("composer").fill(text);
		await this.chat.getByTestId("composer").press("Enter");
	}

	async press(label) {
		await this.chat.getByTestId("quick-button")
			.filter({ hasText: label }).last().click();
	}

	/** Waits until a message with this text from this side is there. */
	async sees(sender, text) {
		await this.chat.locator(
			`[data-testid=message][data-sender=${sender}]`,
			{ hasText: text }).last().waitFor();
	}

	async count(sender) {
		return this.chat.locator(
			`[data-testid=message][data-sender=${sender}][data-seq]`).count();
	}
}

export class AgentPage {
	static async login(browser, site, which = "CONSOLE", options = undefined) {
		const self = new AgentPage();
		self.page = await newPage(browser, options);
		await self.page.goto(site.env.CONSOLE_URL);
		await self.page.waitForURL(/\/auth\/login/);
		await self.page.getByTestId("login-email").fill(site.env[`${which}_EMAIL`]);
		await self.page.getByTestId("login-password").fill(site.env[`${which}_PASSWORD`]);
		await self.page.getByTestId("login-submit").click();
		await self.page.getByTestId("filter-unassigned").waitFor();
		return self;
	}

	row(id) {
		return this.page.locator(`[data-testid=conversation-row][data-id="${id}"]`);
	}

	async filter(name) {
		await this.page.getByTestId(`filter-${name}`).click();
	}

	async open(id) {
		await this.row(id).click();
		await this.page.getByTestId("composer").waitFor();
	}

	async claim() {
		await this.page.getByTestId("claim").first().click();
		await this.page.getByTestId("resolve").first().waitFor();
	}

	async say(text) {
		await this.page.getByTestId("composer").fill(text);
		await this.page.getByTestId("composer").press("Enter");
	}

	async sees(sender, text) {
		await this.page.locator(
			`[data-testid=message][data-sender=${sender}]`,
			{ hasText: text }).last().waitFor();
	}

	async resolve(tags) {
		await this.page.getByTestId("resolve").first().click();
		const input = this.page.getByTestId("tag-input");
		for (const tag of tags) {
			await input.fill(tag);
			await input.press("Enter");
		}
		await this.page.getByTestId("resolve-confirm").click();
	}
}

/** The only conversation of a site, as the database has it. */
export function conversationId(site) {
	const rows = site.sql("SELECT LOWER(HEX(id)) FROM conversations");
	assert.equal(rows.length, 1);
	return rows[0][0].replace(
		/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The messages as stored: [seq, sender_type, content], after checking 1…n. */
export function stored(site) {
	// in hexadecimal: the client's output has its own escapes
	const rows = site.sql("SELECT seq, sender_type, HEX(content) FROM messages ORDER BY seq")
		.map(([seq, sender, text]) => [
			Number(seq), sender, Buffer.from(text, "hex").toString("utf8"),
		]);
	rows.forEach(([seq], i) => assert.equal(seq, i + 1, "seq has a hole"));
	return rows;
}
