/* build.mjs: bundles the front end into build/www.
 *
 *   node www/build.mjs           assets/NAME-HASH.{js,css}, the HTML shells,
 *                                widget/embed.js (no hash: customers' pages
 *                                name it) and the demo shop page
 *   node www/build.mjs NAME…     only the named entries (widget, console, login)
 *   node www/build.mjs --tests   bundles every *.test.ts(x) of www into
 *                                build/www-tests and runs them with node:test
 *
 * A shell names its assets without hash (/assets/widget.js); here they get it.
 * --out=DIR writes elsewhere than build/www.
 * %CSRF_TOKEN%, %BASE_URL% and %EMBED_TOKEN% are left for the server and the
 * demo script. A table of sizes is printed; over budget the exit code is 1. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync,
	writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const www = dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const names = args.filter((arg) => !arg.startsWith('--'));
const out = resolve(args.find((arg) => arg.startsWith('--out='))?.slice(6) ??
	join(www, '..', 'build', 'www'));
const KB = 1024;

const entries = [
	{ name: 'widget', file: 'widget/main.tsx' },
	{ name: 'console', file: 'console/main.tsx' },
	{ name: 'login', file: 'console/login.ts' },
];
const shells = [
	{ from: 'widget/index.html', to: 'widget/index.html' },
	{ from: 'console/index.html', to: 'console/index.html' },
	{ from: 'console/login.html', to: 'console/login.html' },
	{ from: 'demo/index.html', to: 'demo/index.html' },
];
/* Gzipped bytes. */
const budgets = {
	'embed.js': 4 * KB,
	'widget.js': 40 * KB, 'widget.css': 10 * KB,
	'console.js': 90 * KB, 'console.css': 20 * KB,
	'login.js': 12 * KB, 'login.css': 10 * KB,
};
const common = {
	bundle: true, minify: true, target: 'es2020', format: 'iife',
	charset: 'utf8', legalComments: 'none', logLevel: 'warning',
	jsx: 'automatic', jsxImportSource: 'preact',
};

/* Returns a map from plain asset name (widget.js) to its file in out. */
async function bundleApps()
{
	const present = entries.filter((e) => existsSync(join(www, e.file)) &&
		(names.length === 0 || names.includes(e.name)));
	const result = await build({
		...common,
		entryPoints: present.map((e) => ({
			in: join(www, e.file), out: `assets/${e.name}`,
		})),
		entryNames: '[dir]/[name]-[hash]',
		outdir: out,
		metafile: true,
	});
	const files = new Map();

	for (const path of Object.keys(result.metafile.outputs)) {
		const hashed = basename(path);
		files.set(hashed.replace(/-[A-Z0-9]{8}(\.\w+)$/, '$1'),
			join('assets', hashed));
	}
	return files;
}

async function bundleLoader()
{
	await build({ ...common, entryPoints: [join(www, 'widget/embed.ts')],
		outfile: join(out, 'widget/embed.js') });
	return ['embed.js', 'widget/embed.js'];
}

function writeShell({ from, to }, files)
{
	const path = join(www, from);

	if (!existsSync(path) || (names.length > 0 &&
	    from.startsWith('console/') && !names.includes('console')))
		return;
	const html = readFileSync(path, 'utf8').replace(
		/\/assets\/([\w]+\.(?:js|css))/g, (_, name) => {
			const file = files.get(name);
			if (file === undefined)
				throw new Error(`${from}: no asset ${name}`);
			return `/${file}`;
		});

	mkdirSync(dirname(join(out, to)), { recursive: true });
	writeFileSync(join(out, to), html);
}

/* Prints the table; false when something is over its budget. */
function report(files)
{
	let fine = true;

	console.log('name'.padEnd(14) + 'bytes'.padStart(9) +
		'gzip'.padStart(9) + 'budget'.padStart(9));
	for (const [name, path] of [...files].sort()) {
		const data = readFileSync(join(out, path));
		const gz = gzipSync(data, { level: 9 }).length;
		const budget = budgets[name];
		const over = budget !== undefined && gz > budget;

		fine &&= !over;
		console.log(name.padEnd(14) + String(data.length).padStart(9) +
			String(gz).padStart(9) +
			String(budget ?? '-').padStart(9) +
			(over ? '  OVER' : ''));
	}
	return fine;
}

async function buildAll()
{
	rmSync(out, { recursive: true, force: true });
	const [files, loader] =
		await Promise.all([bundleApps(), bundleLoader()]);

	for (const shell of shells)
		writeShell(shell, files);
	files.set(...loader);
	return report(files) ? 0 : 1;
}

function findTests(folder)
{
	return readdirSync(folder, { withFileTypes: true }).flatMap((item) => {
		const path = join(folder, item.name);

		if (item.isDirectory())
			return findTests(path);
		return /\.test\.tsx?$/.test(item.name) ? [path] : [];
	});
}

async function runTests()
{
	const folder = join(out, '..', 'www-tests');

	rmSync(folder, { recursive: true, force: true });
	const result = await build({
		...common, minify: false, format: 'esm', platform: 'node',
		target: 'node18', packages: 'external', sourcemap: 'inline',
		loader: { '.css': 'empty' },
		/* What browsers have and Node 18 hides. */
		banner: { js: "import { webcrypto } from 'node:crypto';\n" +
			'globalThis.crypto ??= webcrypto;' },
		entryPoints: findTests(www), outbase: www, outdir: folder,
		outExtension: { '.js': '.mjs' }, metafile: true,
	});
	const files = Object.keys(result.metafile.outputs)
		.filter((path) => path.endsWith('.test.mjs'));

	return spawnSync(process.execPath,
		['--enable-source-maps', '--test', '--test-reporter=tap',
			...files],
		{ stdio: 'inherit' }).status ?? 1;
}

process.exitCode = await (args.includes('--tests')
	? runTests() : buildAll());
