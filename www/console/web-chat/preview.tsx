/* preview.tsx: the chat itself beside the form, with the changes that are not
 * stored yet and messages that were made up */
/* SPDX-License-Identifier: MIT */
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { parseColor, readableOn, textOn, toHex } from '../../shared/color';
import { type Bridge, createBridge } from '../../widget/bridge';
import { Icon } from '../icons';
import type { Editing } from './draft';
import { publicValues, type Value, type Values } from './options';
import { themeOf, themeParts } from './theme-input';
import { webChatWords as words } from './words';

export const PREVIEW = '/console/preview/web-chat';

/* What is said to the frame, and what it says. */
interface ToFrame {
	open: { open: boolean };
	viewport: { fullscreen: boolean; height: number;
		safe: { top: number; right: number; bottom: number; left: number } };
	preview: { values: Values; scheme: 'light' | 'dark' };
}
interface FromFrame {
	ready: object;
	close: object;
}

type Device = 'desktop' | 'phone';
type Scheme = 'light' | 'dark';

const PHONE = { width: 375, height: 667 };
const EDGE = 16;
/* The button that opens the chat, and the gap above it. */
const FOOT = 72;
const NO_INSET = { top: 0, right: 0, bottom: 0, left: 0 };

/* A theme that is not forced follows the switch instead of the system. */
function themed(theme: Value | undefined, scheme: Scheme): Value
{
	const { name, more } = themeParts(theme);

	return theme !== null && typeof theme === 'object' ? theme
		: /^(auto|default|)$/.test(name) ? themeOf(scheme, more) : theme ?? '';
}

/* What a visitor's page would get: names that are not set are the bot's. */
function shownValues({ options, values, widget, draft }: Editing,
	scheme: Scheme): Values
{
	const name = widget.chatbot_name ?? '';

	return { ...publicValues(options, values),
		title: values.title || name || draft.name || widget.name,
		bot_name: values.bot_name || name || null,
		theme: themed(values.theme, scheme) };
}

function sizeOf(device: Device, values: Values)
{
	const n = (value: unknown, other: number) =>
		typeof value === 'number' && value >= 200 && value <= 1200 ? value
			: other;

	return device === 'phone' ? PHONE
		: { width: n(values.width, 380), height: n(values.height, 600) };
}

/* How big the stage is; a panel that is bigger is shown smaller. */
function useSize(stage: RefObject<HTMLElement>)
{
	const [size, setSize] = useState({ width: 0, height: 0 });

	useLayoutEffect(() => {
		const watch = new ResizeObserver(([entry]) => setSize({
			width: entry!.contentRect.width,
			height: entry!.contentRect.height }));

		watch.observe(stage.current!);
		return () => watch.disconnect();
	}, []);
	return size;
}

/* Keeps the frame told; answers whether the chat is open in it. */
function useFrame(frame: RefObject<HTMLIFrameElement>, values: Values,
	device: Device, scheme: Scheme)
{
	const [open, setOpen] = useState(true);
	const [times, setTimes] = useState(0);
	const bridge = useRef<Bridge<ToFrame>>();

	useEffect(() => {
		bridge.current = createBridge<FromFrame, ToFrame>(
			() => frame.current?.contentWindow ?? null, location.origin, {
				ready: () => setTimes((n) => n + 1),
				close: () => setOpen(false),
			});
		return () => bridge.current!.close();
	}, []);
	useEffect(() => {
		if (times > 0)
			bridge.current!.send('preview', { values, scheme });
	}, [times, scheme, JSON.stringify(values)]);
	useEffect(() => {
		if (times === 0)
			return;
		bridge.current!.send('viewport', { height: PHONE.height,
			fullscreen: device === 'phone', safe: NO_INSET });
		bridge.current!.send('open', { open });
	}, [times, open, device]);
	return { open, toggle: () => setOpen(!open) };
}

export function Preview({ editing }: { editing: Editing })
{
	const [device, setDevice] = useState<Device>('desktop');
	const [scheme, setScheme] = useState<Scheme>(() =>
		matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
	const stage = useRef<HTMLDivElement>(null);
	const frame = useRef<HTMLIFrameElement>(null);
	const values = shownValues(editing, scheme);
	const { open, toggle } = useFrame(frame, values, device, scheme);
	const room = useSize(stage);
	const size = sizeOf(device, values);
	const foot = device === 'phone' ? 0 : FOOT;
	const scale = Math.min(1, (room.width - 2 * EDGE) / size.width,
		(room.height - 2 * EDGE - foot) / size.height);
	const left = values.position === 'bottom-left';

	return (
		<section class="wc-preview" aria-label={words.preview}>
			<div class="wc-preview-head">
				<Switch<Device> name={words.device} value={device}
					labels={{ desktop: words.desktop, phone: words.phone }}
					onChoose={setDevice} />
				<Switch<Scheme> name={words.scheme} value={scheme}
					labels={{ light: words.light, dark: words.dark }}
					onChoose={setScheme} />
			</div>
			<div class={`wc-stage wc-${device}${left ? ' wc-left' : ''}`}
				ref={stage} data-scheme={scheme}>
				<div class="wc-panel" hidden={!open && device !== 'phone'}
					style={{ width: `${size.width * Math.max(scale, 0)}px`,
						height: `${size.height * Math.max(scale, 0)}px` }}>
					<iframe ref={frame} src={PREVIEW} tabIndex={-1}
						class="wc-frame" title={words.previewFrame}
						data-testid="preview"
						style={{ width: `${size.width}px`,
							height: `${size.height}px`,
							colorScheme: scheme,
							transform: `scale(${Math.max(scale, 0)})` }} />
				</div>
				{device === 'desktop' && <Launcher values={values}
					open={open} onToggle={toggle} />}
			</div>
			<p class="hint">{words.previewHint}</p>
		</section>
	);
}

/* As the loader draws it. */
function Launcher({ values, open, onToggle }: {
	values: Values; open: boolean; onToggle(): void;
})
{
	const brand = parseColor(String(values.color ?? '')) ?? [0, 102, 255];
	const on = textOn(brand);
	const text = open ? '' : String(values.bubble_text ?? '');

	return (
		<button type="button" class={`wc-launcher${text ? ' wc-pill' : ''}`}
			aria-expanded={open} aria-label={text || words.openChat}
			data-testid="preview-launcher" onClick={onToggle}
			style={{ color: toHex(on),
				backgroundColor: toHex(readableOn(brand, on, 4.5)) }}>
			<Icon name={open ? 'down-small' : 'chat'} />
			{text && <span dir="auto">{text}</span>}
		</button>
	);
}

function Switch<T extends string>({ name, value, labels, onChoose }: {
	name: string; value: T; labels: Record<T, string>;
	onChoose(value: T): void;
})
{
	return (
		<div class="wc-switch" role="group" aria-label={name}>
			{(Object.keys(labels) as T[]).map((one) => (
				<button key={one} type="button" class="wc-switch-one"
					aria-pressed={one === value}
					data-testid={`preview-${one}`}
					onClick={() => onChoose(one)}>{labels[one]}</button>))}
		</div>
	);
}
