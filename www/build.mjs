/* build.mjs: bundles the front end into build/www.
 *
 *   node www/build.mjs           assets/NAME-HASH.{js,css}, the HTML shells,
 *                                widget/{embed,v2}.js (no hash: customers'
 *                                pages name them), widget/plugins and the
 *                                demo shop page
 *   node www/build.mjs NAME…     only the named entries (widget, console, login)
 *   node www/build.mjs --tests   bundles every *.test.ts(x) of www into
 *                                build/www-tests and runs them with node:test
 *
 * A shell names its assets without hash (/assets/widget.js); here they get it.
 * --out=DIR writes elsewhere than build/www.
 * The widget is made of modules: what it does not need until the first message
 * is shown is in chunks (assets/NAME-HASH.js) that it imports when it does. Such
 * a part has its style by `import href from './part.css?url'` and useSheet().
 * %CSRF_TOKEN%, %BASE_URL% and %EMBED_TOKEN% are left for the server and the
 * demo script. A table of sizes is printed (`make weights`); over budget the
 * exit code is 1. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync,
	writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const www = dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const names = args.filter((arg) => !arg.startsWith('--'));
const out = resolve(args.find((arg) => arg.startsWith('--out='))?.slice(6) ??
	join(www, '..', 'build', 'www'));
const KB = 1024;

/* modules: in chunks; otherwise one file that any script element runs. */
const entries = [
	{ name: 'widget', file: 'widget/main.tsx', modules: true },
	{ name: 'console', file: 'console/main.tsx' },
	{ name: 'login', file: 'console/login.ts' },
];
const shells = [
	{ from: 'widget/index.html', to: 'widget/index.html' },
	{ from: 'console/index.html', to: 'console/index.html' },
	{ from: 'console/login.html', to: 'console/login.html' },
	{ from: 'demo/index.html', to: 'demo/index.html' },
];
/* Gzipped bytes. A module's are its own and those of every chunk that it
 * imports before it runs. */
const budgets = {
	'embed.js': 4 * KB, 'v2.js': 4 * KB, 'host.js': 8 * KB,
	'widget.js': 40 * KB, 'widget.css': 10 * KB,
	'console.js': 90 * KB, 'console.css': 20 * KB,
	'login.js': 12 * KB, 'login.css': 10 * KB,
};
const common = {
	bundle: true, minify: true, target: 'es2020', format: 'iife',
	charset: 'utf8', legalComments: 'none', logLevel: 'warning',
	jsx: 'automatic', jsxImportSource: 'preact',
};

/* `./x.css?url`: bundled by itself; the module is its address. */
const styleUrls = {
	name: 'style-urls',
	setup(bundler) {
		bundler.onResolve({ filter: /\.css\?url$/ }, async (args) => {
			const { path } = await bundler.resolve(
				args.path.replace(/\?url$/, ''), {
					kind: 'import-statement',
					resolveDir: args.resolveDir,
				});
			return { path, namespace: 'style-url' };
		});
		bundler.onLoad({ filter: /.*/, namespace: 'style-url' },
			async ({ path }) => {
				const name = basename(path, '.css').replace('.', '-');
				const { metafile } = await build({
					...common, entryPoints: [{ in: path,
						out: `assets/${name}` }],
					entryNames: '[dir]/[name]-[hash]',
					assetNames: 'assets/[name]-[hash]',
					loader: { '.woff2': 'file', '.woff': 'empty',
						'.ttf': 'empty' },
					outdir: out, metafile: true,
				});
				const file = Object.keys(metafile.outputs)
					.find((output) => output.endsWith('.css'));

				return { contents: 'export default ' +
					JSON.stringify(`/assets/${basename(file)}`) };
			});
	},
};

/* An output and the chunks that it imports before it runs. */
function withImports(outputs, path, seen = new Set())
{
	if (!seen.has(path)) {
		seen.add(path);
		for (const { path: next, kind } of outputs[path].imports)
			if (kind === 'import-statement')
				withImports(outputs, next, seen);
	}
	return seen;
}

/* Returns a map from plain asset name (widget.js) to its files in out: first
 * the one that a shell names. */
async function bundleApp({ name, file, modules })
{
	const { metafile: { outputs } } = await build({
		...common, format: modules ? 'esm' : 'iife', splitting: modules,
		entryPoints: [{ in: join(www, file), out: `assets/${name}` }],
		entryNames: '[dir]/[name]-[hash]',
		chunkNames: 'assets/[name]-[hash]',
		outdir: out, metafile: true, plugins: [styleUrls],
	});
	const files = new Map();
	const entry = Object.keys(outputs).find((path) =>
		outputs[path].entryPoint === `${relative('', join(www, file))}`);
	const first = withImports(outputs, entry);
	const plain = (path) =>
		basename(path).replace(/-[A-Z0-9]{8}(\.\w+)$/, '$1');
	const asset = (path) => join('assets', basename(path));

	files.set(`${name}.js`, [...first].map(asset));
	for (const path of Object.keys(outputs)) {
		if (first.has(path))
			continue;
		/* Chunks without a name of their own stand each for itself. */
		const key = files.has(plain(path)) || plain(path) === 'chunk.js'
			? basename(path) : plain(path);
		files.set(key, [asset(path)]);
	}
	return files;
}

async function bundleApps()
{
	const present = entries.filter((e) => existsSync(join(www, e.file)) &&
		(names.length === 0 || names.includes(e.name)));
	const maps = await Promise.all(present.map(bundleApp));

	return new Map(maps.flatMap((files) => [...files]));
}

/* Names without hash, for customers' pages say them. */
const loaders = ['embed', 'v2'];
/* What a loader says itself, in www/locales. */
const LOADER_WORDS = ['launcher_open', 'launcher_close', 'launcher_unread',
	'peek_close', 'frame_title', 'default_title'];

/* { words: { en: { launcher_open: … } }, icons: { robot: path } } for the
 * server, which gives out one of each. */
function writeWords()
{
	const words = Object.fromEntries(readdirSync(join(www, 'locales'))
		.filter((name) => name.endsWith('.json')).map((name) => {
			const all = JSON.parse(readFileSync(
				join(www, 'locales', name), 'utf8'));
			return [basename(name, '.json'), Object.fromEntries(
				LOADER_WORDS.map((key) => [key, all[key]]))];
		}));

	mkdirSync(join(out, 'widget'), { recursive: true });
	writeFileSync(join(out, 'widget/words.json'), JSON.stringify({ words,
		icons: JSON.parse(readFileSync(
			join(www, 'widget/avatars.json'), 'utf8')) }));
}

/* The loaders, the host code that they load by its hash, and the plugins. */
async function bundleLoaders()
{
	const { metafile } = await build({ ...common,
		entryPoints: [{ in: join(www, 'widget/host.ts'),
			out: 'assets/host' }],
		entryNames: '[dir]/[name]-[hash]', outdir: out, metafile: true });
	const host = basename(Object.keys(metafile.outputs)[0]);

	await build({ ...common, outdir: join(out, 'widget'),
		entryPoints: loaders.map((name) =>
			join(www, `widget/${name}.ts`)),
		define: { HOST_FILE: JSON.stringify(`/assets/${host}`) } });
	await build({ ...common, format: 'esm',
		outdir: join(out, 'widget/plugins'),
		entryPoints: readdirSync(join(www, 'plugins'))
			.filter((name) => !name.includes('.test.'))
			.map((name) => join(www, 'plugins', name)) });
	writeWords();
	return [['host.js', [`assets/${host}`]],
		...loaders.map((name) => [`${name}.js`, [`widget/${name}.js`]])];
}

function writeShell({ from, to }, files)
{
	const path = join(www, from);

	if (!existsSync(path) || (names.length > 0 &&
	    from.startsWith('console/') && !names.includes('console')))
		return;
	const html = readFileSync(path, 'utf8').replace(
		/\/assets\/([\w]+\.(?:js|css))/g, (_, name) => {
			const [file] = files.get(name) ?? [];
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

	console.log('name'.padEnd(24) + 'bytes'.padStart(9) +
		'gzip'.padStart(9) + 'budget'.padStart(9));
	for (const [name, paths] of [...files].sort()) {
		const all = paths.map((path) => readFileSync(join(out, path)));
		const bytes = all.reduce((n, data) => n + data.length, 0);
		const gz = all.reduce((n, data) =>
			n + gzipSync(data, { level: 9 }).length, 0);
		const budget = budgets[name];
		const over = budget !== undefined && gz > budget;

		fine &&= !over;
		console.log(name.padEnd(24) + String(bytes).padStart(9) +
			String(gz).padStart(9) +
			String(budget ?? '-').padStart(9) +
			(over ? '  OVER' : ''));
	}
	return fine;
}

async function buildAll()
{
	rmSync(out, { recursive: true, force: true });
	const [files, ours] =
		await Promise.all([bundleApps(), bundleLoaders()]);

	for (const shell of shells)
		writeShell(shell, files);
	for (const [name, file] of ours)
		files.set(name, file);
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

/* Tests have no styles. */
const noStyleUrls = {
	name: 'no-style-urls',
	setup(bundler) {
		bundler.onResolve({ filter: /\.css\?url$/ }, ({ path }) =>
			({ path, namespace: 'no-style' }));
		bundler.onLoad({ filter: /.*/, namespace: 'no-style' },
			() => ({ contents: "export default ''" }));
	},
};

async function runTests()
{
	const folder = join(out, '..', 'www-tests');

	rmSync(folder, { recursive: true, force: true });
	const result = await build({
		...common, minify: false, format: 'esm', platform: 'node',
		target: 'node18', packages: 'external', sourcemap: 'inline',
		loader: { '.css': 'empty' }, plugins: [noStyleUrls],
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
