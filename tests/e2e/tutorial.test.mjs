// tutorial.test.mjs: docs/tutorial.md, from top to bottom
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { AgentPage, launch, Visitor } from "../browser/people.mjs";
import { freePort, Installation, top, until } from "./harness.mjs";

const PORT = "8765", END = "\x1e\n";
const SAID = "500 lilies! We call you back.";

let site, port, dir, page, browser, shell;
before(async () => {
	port = String(await freePort());
	page = readFileSync(join(top, "docs/tutorial.md"), "utf8").replaceAll(PORT, port);
	site = await Installation.start({ conf: page.match(/^make demo EXTRA_CONF='(.*)'$/m)[1] });
	// The folder that the page is read in.
	dir = mkdtempSync(join(site.dir, "tutorial."));
	symlinkSync(site.dir, join(dir, "var"));
	symlinkSync(site.bin, join(dir, "build"));
	for (const [, name, text] of page.matchAll(/Save this as `([\w.]+)`:\n\n```\w+\n([^]*?)^```$/gm))
		writeFileSync(join(dir, name), text);
});
after(async () => {
	await shell?.stop();
	await browser?.close();
	await site?.stop();
});

/** Commands and what they print, [what, is shown]; what is shown may be "". */
const steps = () => [...page.matchAll(/^```sh\n([^]*?)^```$\n(?:\n```text\n([^]*?)^```$)?/gm)]
	.map(([, command, shown = ""]) => [command, shown]);

/** Text in which each … stands for anything. */
const pattern = (shown) => new RegExp(`^${shown.split("…")
	.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("[^]*?")}$`);

/** One shell for all commands, as a reader has it. */
class Shell {
	constructor() {
		this.out = this.err = "";
		this.child = spawn("/bin/bash", ["-eo", "pipefail"], { cwd: dir, detached: true });
		this.child.stdout.setEncoding("utf8").on("data", (text) => (this.out += text));
		this.child.stderr.setEncoding("utf8").on("data", (text) => (this.err += text));
		this.gone = once(this.child, "exit");
	}

	/** What a command prints. */
	async run(command) {
		const from = this.out.length;
		this.child.stdin.write(`${command}printf '\\x1e\\n'\n`);
		const ended = this.gone.then(([code]) =>
			assert.fail(`${command} ended all with ${code}: ${this.out.slice(from)}${this.err}`));
		ended.catch(() => {});
		await Promise.race([ended, until(command, () => this.out.slice(from).endsWith(END))]);
		return this.out.slice(from, -END.length);
	}

	/** Ends it and what it has started. */
	async stop() {
		if (this.child.exitCode !== null) return;
		process.kill(-this.child.pid, "SIGKILL");
		await this.gone;
	}
}

/** What the reader does with a browser, after the command that has this in it. */
const BY_HAND = {
	async wk_() {
		const guest = await Visitor.visit(browser, site, {}, `http://127.0.0.1:${port}/`);
		await guest.open();
		await guest.press("Order flowers");
		await guest.press("Lilies");
		await guest.sees("bot", "How many?");
		await guest.say("2");
		await guest.sees("bot", "Your order has the number 2: 2 lilies for 240 shillings.");
		assert.deepEqual(guest.page.faults, []);
		await guest.page.context().close();
	},
	async HANDOFF_PENDING() {
		const agent = await AgentPage.login(browser, site);
		await agent.page.getByTestId("conversation-row").first().click();
		await agent.sees("end_user", "500");
		await agent.claim();
		await agent.say(SAID);
		await until("the answer", () => site.sql(
			`SELECT 1 FROM messages WHERE content = '${SAID}'`).length === 1);
		assert.deepEqual(agent.page.faults, []);
	},
};

test("every command of the tutorial does what it shows", async () => {
	shell = new Shell();
	browser = await launch();
	const all = steps();
	const hands = new Set(Object.keys(BY_HAND));
	assert.ok(all.length >= 12);
	for (const [command, shown] of all) {
		assert.match(await shell.run(command), pattern(shown), `${command}\n${shell.err}`);
		for (const word of [...hands].filter((one) => command.includes(one))) {
			hands.delete(word);
			await BY_HAND[word]();
		}
	}
	assert.deepEqual([...hands], []);
	const [[left]] = site.sql("SELECT COUNT(*) FROM chatbots WHERE name = 'Rosa'");
	assert.equal(left, "0");
});
