// migrate.test.mjs: which files `barazactl migrate` runs, in which order, once
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { Installation, top } from "./harness.mjs";

const NAME = "baraza_migrate";
let site, dir, conf;

const inside = (query) => site.sql(`USE ${NAME}; ${query}`);
const versions = () => inside("SELECT version, name FROM schema_version ORDER BY version")
	.map(([version, name]) => `${version} ${name}`);
const marks = () => inside("SELECT mark FROM marks ORDER BY id").map(([mark]) => mark);

function put(name, sql) {
	writeFileSync(join(dir, "migrate", name), sql);
}

/** A database of its own, empty, and a folder with the first schema alone. */
function empty() {
	site.sql(`DROP DATABASE IF EXISTS ${NAME}; CREATE DATABASE ${NAME}
		CHARACTER SET utf8mb4; GRANT ALL ON ${NAME}.* TO 'baraza'@'localhost'`);
	rmSync(dir, { recursive: true, force: true });
	mkdirSync(join(dir, "migrate"), { recursive: true });
	copyFileSync(join(top, "tests/data/schema-1.sql"), join(dir, "schema.sql"));
}

const migrate = () => site.ctl(["-f", conf, "migrate", "--sql", dir], { stdio: "pipe" });

/** What a migration that fails says. */
function refusal() {
	try {
		migrate();
	} catch (error) {
		assert.equal(error.status, 1);
		return error.stderr;
	}
	return assert.fail("it was not refused");
}

before(async () => {
	site = await Installation.start();
	dir = mkdtempSync(join(tmpdir(), "baraza-sql."));
	conf = join(site.dir, "migrate.conf");
	writeFileSync(conf, readFileSync(site.env.CONF, "utf8")
		.replace(/^db_name = .*$/m, `db_name = ${NAME}`));
});
after(async () => {
	if (dir) rmSync(dir, { recursive: true, force: true });
	await site?.stop();
});
beforeEach(empty);

const MARKS = "CREATE TABLE marks (id INT PRIMARY KEY AUTO_INCREMENT, mark VARCHAR(20));\n";
const mark = (text) => `INSERT INTO marks (mark) VALUES ('${text}');\n`;

/** Every table as the server describes it. */
function tables() {
	return inside("SHOW TABLES").map(([name]) =>
		inside(`SHOW CREATE TABLE ${name}`)[0].join(" ").replace(/ AUTO_INCREMENT=\d+/, ""));
}

describe("barazactl migrate", () => {
	test("makes of the first release's database what a new installation has", () => {
		migrate();
		assert.deepEqual(versions(), ["1 schema.sql"]);
		cpSync(join(top, "sql/migrate"), join(dir, "migrate"), { recursive: true });
		migrate();
		const upgraded = tables();
		empty();
		cpSync(join(top, "sql"), dir, { recursive: true });
		migrate();
		assert.deepEqual(upgraded, tables());
	});

	test("keeps bots of one name apart, and lets each run the flow that it ran", () => {
		copyFileSync(join(top, "sql/migrate/0002-receipts-and-daemons.sql"),
			join(dir, "migrate/0002-receipts-and-daemons.sql"));
		migrate();
		const day = (n) => `'2026-01-0${n}'`;
		for (const id of [1, 2, 3])
			inside(`INSERT INTO chatbots VALUES (UNHEX(LPAD('${id}', 32, '0')), 'w', '${
				id === 2 ? "bot" : "Bot"}', '', ${day(1)}, ${day(1)})`);
		for (const [id, bot, published] of [[1, 1, day(3)], [2, 1, day(2)], [3, 1, "NULL"], [4, 2, day(2)]])
			inside(`INSERT INTO flows VALUES (UNHEX(LPAD('${id}', 32, '0')), 'w',
				UNHEX(LPAD('${bot}', 32, '0')), 'flow ${id}', '{}', ${
				published === "NULL" ? "NULL" : "'{}'"}, 1, ${published}, ${day(1)}, ${day(1)})`);
		copyFileSync(join(top, "sql/migrate/0003-developer-api.sql"),
			join(dir, "migrate/0003-developer-api.sql"));
		migrate();
		assert.deepEqual(inside("SELECT name FROM chatbots ORDER BY id").flat(),
			["Bot", `bot ${"2".padStart(32, "0")}`, `Bot ${"3".padStart(32, "0")}`]);
		assert.deepEqual(inside(`SELECT name, type FROM flows
			WHERE published_at IS NOT NULL AND published IS NOT NULL ORDER BY id`),
			[["flow 1", "conversation"], ["flow 4", "conversation"]]);
	});

	test("gives an empty database the schema, and then what came after it, in order", () => {
		put("0003-b.sql", mark("third"));
		put("0002-a.sql", `-- a comment\n${MARKS}${mark("second")}`);
		const said = migrate();
		assert.match(said, /^created the schema, version 1\napplied 0002-a.sql\napplied 0003-b.sql\n/);
		assert.match(said, /^the database is at version 3$/m);
		assert.deepEqual(marks(), ["second", "third"]);
		assert.deepEqual(versions(), ["1 schema.sql", "2 0002-a.sql", "3 0003-b.sql"]);
	});

	test("runs each file once, and later ones when they come", () => {
		put("0002-a.sql", MARKS + mark("second"));
		migrate();
		assert.equal(migrate(), "the database is at version 2\n");
		put("0010-c.sql", mark("tenth"));
		assert.equal(migrate(), "applied 0010-c.sql\nthe database is at version 10\n");
		assert.deepEqual(marks(), ["second", "tenth"]);
	});

	test("refuses two files of one number before anything has run", () => {
		put("0002-a.sql", MARKS);
		put("0003-b.sql", mark("b"));
		put("0003-c.sql", mark("c"));
		assert.match(refusal(), /0003-[bc]\.sql and 0003-[bc]\.sql have the same number/);
		assert.deepEqual(inside("SHOW TABLES"), []);
	});

	test("names the statement that fails, does not note the file, and takes a mended one", () => {
		put("0002-a.sql", `${MARKS}${mark("second")}INSERT INTO no_such_table VALUES (1);\n${mark("never")}`);
		put("0003-b.sql", mark("third"));
		assert.match(refusal(), /INSERT INTO no_such_table/);
		assert.deepEqual(versions(), ["1 schema.sql"]);
		assert.deepEqual(marks(), ["second"]);
		put("0002-a.sql", mark("mended"));
		migrate();
		assert.deepEqual(marks(), ["second", "mended", "third"]);
		assert.deepEqual(versions(), ["1 schema.sql", "2 0002-a.sql", "3 0003-b.sql"]);
	});

	test("leaves files with other names alone", () => {
		for (const name of ["README", "2-a.sql", "0002_a.sql", "0002-a.sql~", "0002-.sql",
			"0000-a.sql", "00x2-a.sql", "notes.sql"])
			put(name, "THIS IS NO SQL;\n");
		migrate();
		assert.deepEqual(versions(), ["1 schema.sql"]);
	});
});
