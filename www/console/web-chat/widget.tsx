/* widget.tsx: one widget: its parts as tabs, the preview, and what is unsaved */
/* SPDX-License-Identifier: MIT */
import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useDesk } from '../desk';
import { Icon } from '../icons';
import { go } from '../navigate';
import { DangerTab } from './danger';
import { type Editing, useEditing } from './draft';
import { AppearanceTab, SettingsTab, SitesTab } from './forms';
import { IdentityTab } from './identity';
import { InstallTab } from './install';
import { widgetRoute } from './list';
import { useLoad } from './load';
import type { Chatbot, Option, Widget } from './options';
import { Preview } from './preview';
import { NotReady } from './state';
import { WordsTab } from './translations';
import { type Tab, webChatWords as words } from './words';

export interface TabProps {
	editing: Editing;
	bots: readonly Chatbot[];
}

const TABS: Record<Tab, (props: TabProps) => JSX.Element> = {
	settings: SettingsTab, appearance: AppearanceTab, words: WordsTab,
	sites: SitesTab, install: InstallTab, identity: IdentityTab,
	danger: DangerTab,
};
const WITH_PREVIEW: ReadonlySet<Tab> = new Set(['settings', 'appearance',
	'words']);

type Data = [Widget, { options: Option[] }, Chatbot[]];

export function WidgetPage({ id, tab }: { id: string; tab: Tab })
{
	const desk = useDesk();
	const { loaded, again, set } = useLoad<Data>(`/api/widgets/${id}`,
		'/api/widget-options', '/api/chatbots');
	const back = () => go(desk, { page: 'widgets', widget: null });

	if (loaded.status !== 'ready')
		return (
			<section class="page-part">
				<header class="page-head">
					<Back onClick={back} />
					<h1 class="page-title" id="page-title" tabIndex={-1}>
						{words.title}</h1>
				</header>
				<NotReady loaded={loaded} onRetry={again}>
					<button type="button" class="button" onClick={back}>
						{words.allWidgets}</button>
				</NotReady>
			</section>
		);
	const [widget, { options }, bots] = loaded.data;

	return <Ready first={widget} options={options} bots={bots} tab={tab}
		onBack={back} onStored={(stored) => set(([, ...rest]) =>
			[stored, ...rest])} />;
}

function Back({ onClick }: { onClick(): void })
{
	return (
		<button type="button" class="link-button wc-back" onClick={onClick}
			data-testid="widgets-back">
			<Icon name="back" />{words.allWidgets}</button>
	);
}

function Ready({ first, options, bots, tab, onBack, onStored }: {
	first: Widget; options: Option[]; bots: Chatbot[]; tab: Tab;
	onBack(): void; onStored(widget: Widget): void;
})
{
	const editing = useEditing(first, options, onStored);
	const [looking, setLooking] = useState(false);
	const Content = TABS[tab];
	const { widget, draft } = editing;
	const previewed = WITH_PREVIEW.has(tab);

	return (
		<section class="page-part wc-part" aria-labelledby="page-title">
			<header class="page-head">
				<Back onClick={onBack} />
				<h1 class="page-title wc-title" id="page-title" tabIndex={-1}
					dir="auto">{draft.name || widget.name || words.title}
				{!widget.is_active &&
					<span class="tag">{words.off}</span>}
				</h1>
			</header>
			<Tabs id={widget.id} now={tab} />
			<div class={`wc-body${previewed ? ' wc-beside' : ''}${
				looking ? ' wc-looking' : ''}`}>
				<div class="wc-form" role="tabpanel" id="wc-panel"
					aria-labelledby={`tab-${tab}`}>
					<div class="part-head">
						<p class="page-purpose">{words.tabPurpose[tab]}</p>
						{previewed && <button type="button"
							class="button small wc-look"
							aria-pressed={looking}
							data-testid="preview-toggle"
							onClick={() => setLooking(!looking)}>
							{looking ? words.edit : words.preview}
						</button>}
					</div>
					<Content editing={editing} bots={bots} />
				</div>
				{previewed && <Preview editing={editing} />}
			</div>
			<SaveBar editing={editing} />
		</section>
	);
}

/* Left and right go from tab to tab, as everywhere. */
function Tabs({ id, now }: { id: string; now: Tab })
{
	const desk = useDesk();
	const list = useRef<HTMLDivElement>(null);
	const tabs = Object.keys(words.tabs) as Tab[];
	const move = (to: number) => {
		const next = tabs[(to + tabs.length) % tabs.length]!;

		go(desk, widgetRoute(id, next));
		list.current!.querySelector<HTMLElement>(`#tab-${next}`)!.focus();
	};

	useLayoutEffect(() => list.current!.querySelector(`#tab-${now}`)!
		.scrollIntoView({ block: 'nearest', inline: 'nearest' }), [now]);
	return (
		<div class="wc-tabs" role="tablist" ref={list}
			onKeyDown={(event) => {
				const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
				const rtl = document.dir === 'rtl' ? -1 : 1;

				if (step === undefined)
					return;
				event.preventDefault();
				move(tabs.indexOf(now) + step * rtl);
			}}>
			{tabs.map((tab) => (
				<button key={tab} type="button" role="tab" id={`tab-${tab}`}
					class="wc-tab" aria-selected={tab === now}
					aria-controls={tab === now ? 'wc-panel' : undefined}
					tabIndex={tab === now ? 0 : -1}
					data-testid={`tab-${tab}`}
					onClick={() => go(desk, widgetRoute(id, tab))}>
					{words.tabs[tab]}</button>))}
		</div>
	);
}

/* The region stands in the page before anything is said in it. */
function SaveBar({ editing }: { editing: Editing })
{
	const { isChanged, isSaving, error, save, discard } = editing;
	const shown = isChanged || isSaving || error !== '';

	return (
		<footer class={shown ? 'wc-save' : 'wc-save wc-saved'}>
			<div class="wc-save-words">
				<p role="alert">{error && <span class="wc-error">
					<strong>{words.saveFailed}</strong> {error}</span>}</p>
				<p role="status">{error === '' && isChanged &&
					words.unsaved}</p>
			</div>
			{shown && <>
				<button type="button" class="button" disabled={isSaving}
					data-testid="widget-discard" onClick={discard}>
					{words.discard}</button>
				<button type="button" class="button primary"
					disabled={isSaving} data-testid="widget-save"
					onClick={() => void save()}>
					{isSaving ? words.saving : words.save}</button>
			</>}
		</footer>
	);
}
