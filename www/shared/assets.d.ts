/* assets.d.ts: what the bundler makes of files that are no program */

declare module '*.css?url' {
	const href: string;
	export default href;
}

declare module '*.css';
