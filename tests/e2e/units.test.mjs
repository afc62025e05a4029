// units.test.mjs: the services as `make install` leaves them
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { top } from "./harness.mjs";

// What systemd 252 knows, as far as these units use it: a misspelt key would
// be a line in the journal and no protection.
const KEYS = {
	Unit: ["Description", "After", "StartLimitIntervalSec"],
	Service: ["ExecStart", "ExecReload", "Restart", "RestartSec", "TimeoutStopSec", "LimitNOFILE",
		"User", "Group", "SupplementaryGroups", "UMask", "RuntimeDirectory", "RuntimeDirectoryMode",
		"RuntimeDirectoryPreserve", "LogsDirectory", "LogsDirectoryMode", "CapabilityBoundingSet",
		"KeyringMode", "LockPersonality", "MemoryDenyWriteExecute", "NoNewPrivileges", "PrivateDevices",
		"PrivateTmp", "ProcSubset", "ProtectClock", "ProtectControlGroups", "ProtectHome",
		"ProtectHostname", "ProtectKernelLogs", "ProtectKernelModules", "ProtectKernelTunables",
		"ProtectProc", "ProtectSystem", "RemoveIPC", "RestrictAddressFamilies", "RestrictNamespaces",
		"RestrictRealtime", "RestrictSUIDSGID", "SystemCallArchitectures", "SystemCallErrorNumber",
		"SystemCallFilter"],
	Install: ["WantedBy"],
};
const PROGRAMS = { "baraza-fcgi": "fcgi-app", "baraza-ws": "ws-daemon",
	"baraza-ws@": "ws-daemon -f /etc/baraza/ws-%i.conf" };

let dir;
before(() => {
	dir = mkdtempSync(join(tmpdir(), "baraza-units."));
	execFileSync("make", ["-s", "install", `DESTDIR=${dir}`], { cwd: top, stdio: "pipe" });
});
after(() => rmSync(dir, { recursive: true, force: true }));

const folder = () => join(dir, "usr/local/lib/systemd/system");

function read(name) {
	const sections = {};
	let section;
	for (const line of readFileSync(join(folder(), `${name}.service`), "utf8").split("\n")) {
		if (line === "" || line.startsWith("#")) continue;
		const head = line.match(/^\[(\w+)\]$/);
		if (head) {
			assert.ok(KEYS[head[1]], line);
			section = sections[head[1]] = {};
			continue;
		}
		const [, key, value] = line.match(/^(\w+)=(\S.*|)$/) ?? assert.fail(line);
		assert.equal(section[key], undefined, `${key} twice`);
		section[key] = value;
	}
	return sections;
}

test("all are installed, whole and spelt right", () => {
	assert.deepEqual(readdirSync(folder()).sort(), Object.keys(PROGRAMS).map((name) => `${name}.service`));
	for (const [name, program] of Object.entries(PROGRAMS)) {
		assert.equal(statSync(join(folder(), `${name}.service`)).mode & 0o777, 0o644);
		const unit = read(name);
		for (const [section, keys] of Object.entries(KEYS))
			assert.deepEqual(Object.keys(unit[section]), keys, `${name} [${section}]`);
		const { Service } = unit;
		assert.equal(Service.ExecStart, `/usr/local/sbin/${program}`);
		accessSync(join(dir, Service.ExecStart.split(" ")[0]), constants.X_OK);
		assert.equal(Service.ExecReload, "/bin/kill -HUP $MAINPID");
		assert.equal(Service.CapabilityBoundingSet, "");
		for (const key of ["NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome",
			"MemoryDenyWriteExecute", "RestrictNamespaces"]) assert.equal(Service[key], "yes");
		assert.equal(Service.ProtectSystem, "strict");
		assert.equal(Service.SystemCallFilter, "@system-service");
		assert.ok(Number(Service.TimeoutStopSec) > 10, "more than the programs take");
		assert.equal(Service.Restart, "always");
	}
	assert.deepEqual(read("baraza-ws").Service.LimitNOFILE, "65536");
	// One of several differs by its name and its settings alone.
	const [one, several] = ["baraza-ws", "baraza-ws@"].map(read);
	assert.equal(several.Unit.Description, `${one.Unit.Description} %i`);
	several.Unit.Description = one.Unit.Description;
	several.Service.ExecStart = one.Service.ExecStart;
	assert.deepEqual(several, one);
});

test("they name the programs where these were put", () => {
	const text = execFileSync("make", ["-n", "install", `DESTDIR=${dir}`, "SBINDIR=/opt/b/sbin",
		"UNITDIR=/etc/systemd/system"], { cwd: top, encoding: "utf8" });
	assert.match(text, /sed 's\|\/usr\/local\/sbin\|\/opt\/b\/sbin\|'/);
	assert.ok(text.includes(`>${dir}/etc/systemd/system/`));
});

const analyze = (...args) => spawnSync("systemd-analyze", args, { encoding: "utf8" });
const absent = analyze("--version").error ? "there is no systemd-analyze here" : false;

test("systemd finds no fault with them, and little that is exposed", { skip: absent }, () => {
	const copies = join(dir, "copies");
	mkdirSync(copies);
	for (const name of Object.keys(PROGRAMS)) {
		const file = join(copies, `${name}.service`.replace("@", "@1"));
		writeFileSync(file, readFileSync(join(folder(), `${name}.service`), "utf8")
			.replace("ExecStart=", `ExecStart=${dir}`));
		const found = analyze("verify", "--man=no", file);
		assert.equal(found.stderr + found.stdout, "");
		assert.equal(found.status, 0);
		// 0 is nothing, 100 everything; what is left is the network.
		const exposed = analyze("security", "--offline=true", "--threshold=20", "--no-pager", file);
		assert.equal(exposed.status, 0, exposed.stdout);
	}
});
