/* icons.tsx: the few line drawings of the console, 16 px, text colour */
/* SPDX-License-Identifier: MIT */

const PATHS = {
	inbox: "M2.5 9.5 4.3 3.6a1 1 0 0 1 1-.7h5.4a1 1 0 0 1 1 .7l1.8 5.9v2.6a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1zM2.5 9.5h3l1 1.8h3l1-1.8h3",
	search: "M7.2 11.7a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5l3 3",
	back: "M9.8 3.5 5.3 8l4.5 4.5",
	down: "M8 3v9.5M4 8.8l4 4 4-4",
	close: "m4 4 8 8M12 4l-8 8",
	logout: "M9.5 3h-6v10h6M7 8h7M11.5 5.5 14 8l-2.5 2.5",
	web: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM2.2 8h11.6M8 2c2 2 2.4 4 2.4 6S10 12 8 14c-2-2-2.4-4-2.4-6S6 4 8 2z",
	hand: "M8 13.5c-3.3 0-5.5-2.3-5.5-5.2S5 3 8 3s5.5 2.3 5.5 5.2c0 1-.3 2-.8 2.8l.6 2.3-2.4-.7c-.8.6-1.8.9-2.9.9zM8 5.8v2.7M8 10.4v.1",
	bot: "M4 5.5h8a1.5 1.5 0 0 1 1.5 1.5v4.5A1.5 1.5 0 0 1 12 13H4a1.5 1.5 0 0 1-1.5-1.5V7A1.5 1.5 0 0 1 4 5.5zM8 5.5V3M6 8.7v1M10 8.7v1",
	check: "m3 8.5 3.3 3.3L13 5",
	panel: "M3.5 3h9a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM10 3v10",
	file: "M4.5 2h4.7l3 3v8a1 1 0 0 1-1 1H4.5a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1zM9 2v3.3h3.2",
	send: "M2.7 8 13.3 3l-3 10.3L7.5 9zM7.5 9l5.8-6",
	keys: "M2.5 4.5h11a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1v-5a1 1 0 0 1 1-1zM4.5 7h.1M7 7h.1M9.5 7h.1M11.8 7h.1M5.5 9.3h5",
	refresh: "M13.2 8a5.2 5.2 0 1 1-1.5-3.7M13.2 2.2v3h-3",
	company: "M3 13.5v-10a1 1 0 0 1 1-1h5a1 1 0 0 1 1 1v10M10 6.5h2a1 1 0 0 1 1 1v6M1.8 13.5h12.4M5.3 5.5h.1M7.6 5.5h.1M5.3 8h.1M7.6 8h.1M5.3 10.5h.1M7.6 10.5h.1",
	key: "M8.8 7.2 13.5 2.5M11.5 4.5l1.7 1.7M9.7 9.3a3 3 0 1 1-6 0 3 3 0 0 1 6 0z",
	plus: "M8 3.5v9M3.5 8h9",
	chat: "M8 2.8c3.3 0 6 2.2 6 5s-2.7 5-6 5c-.7 0-1.3-.1-1.9-.3L3.2 13.6l.6-2.3C2.7 10.4 2 9.2 2 7.8c0-2.8 2.7-5 6-5z",
	'down-small': "m3.5 6 4.5 4.5L12.5 6",
	copy: "M6 5.5h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1zM3 10.5V3.8A1.3 1.3 0 0 1 4.3 2.5H11",
	plug: "M5.5 2.5v3M10.5 2.5v3M3.8 5.5h8.4v2.3a4.2 4.2 0 0 1-8.4 0zM8 12v2",
	warn: "M8 2.5 14.3 13H1.7zM8 6.5v3M8 11.2v.1",
} as const;

export type IconName = keyof typeof PATHS;

/* Always decoration: the control around it carries the name. */
export function Icon({ name }: { name: IconName })
{
	return (
		<svg class={`icon icon-${name}`} viewBox="0 0 16 16" width="16"
			height="16" fill="none" stroke="currentColor"
			stroke-width="1.4" stroke-linecap="round"
			stroke-linejoin="round" aria-hidden="true" focusable="false">
			<path d={PATHS[name]} />
		</svg>
	);
}
