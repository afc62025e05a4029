/* list.tsx: Integrations → Web Chat: the widgets of the workspace */
/* SPDX-License-Identifier: MIT */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { dayLabel, fullTime } from '../../shared/time';
import { useDesk } from '../desk';
import { Icon } from '../icons';
import { go } from '../navigate';
import { routeHref } from '../route';
import { CreateWidget } from './create';
import { useLoad } from './load';
import type { WidgetRow } from './options';
import { Note, NotReady } from './state';
import { webChatWords as words, type Tab } from './words';

/* Fewer are seen at a glance. */
const FILTER_FROM = 8;
const SITES_SHOWN = 2;

export function widgetRoute(id: string, tab: Tab = 'settings')
{
	return { page: 'widgets' as const, widget: { id, tab } };
}

export function WidgetList()
{
	const { loaded, again } = useLoad<[WidgetRow[]]>('/api/widgets');
	const [creating, setCreating] = useState(false);
	const [typed, setTyped] = useState('');
	const create = (
		<button type="button" class="button primary"
			data-testid="widget-create" onClick={() => setCreating(true)}>
			<Icon name="plus" />{words.create}
		</button>);

	return (
		<section class="page-part" aria-labelledby="page-title">
			<header class="part-head">
				<div class="page-head">
					<p class="crumbs">{words.integrations}</p>
					<h1 class="page-title" id="page-title" tabIndex={-1}>
						{words.title}</h1>
					<p class="page-purpose">{words.purpose}</p>
				</div>
				{loaded.status === 'ready' && loaded.data[0].length > 0 &&
					create}
			</header>
			{loaded.status !== 'ready'
				? <NotReady loaded={loaded} onRetry={again} />
				: loaded.data[0].length === 0
					? <Note icon="web" title={words.none}
						text={words.noneHint} testId="widgets-empty">
						{create}</Note>
					: <Rows widgets={loaded.data[0]} typed={typed}
						onTyped={setTyped} />}
			{creating && <CreateWidget onClose={() => setCreating(false)} />}
		</section>
	);
}

function Rows({ widgets, typed, onTyped }: {
	widgets: readonly WidgetRow[]; typed: string;
	onTyped(text: string): void;
})
{
	const wanted = typed.trim().toLowerCase();
	const found = widgets.filter((w) => wanted === '' ||
		`${w.name} ${w.chatbot_name ?? ''} ${w.allowed_origins.join(' ')}`
			.toLowerCase().includes(wanted));

	return <>
		{widgets.length >= FILTER_FROM &&
			<input class="field wc-filter" type="search"
				aria-label={words.filter} placeholder={words.filter}
				value={typed} onInput={(event) =>
					onTyped(event.currentTarget.value)} />}
		{found.length === 0 ? <p class="none-valid">{words.nothingFound}</p>
			: <table class="keys-table wc-table" role="table"
				aria-label={words.title}>
				<thead role="rowgroup">
					<tr role="row">
						{[words.name, words.chatbot, words.sites,
							words.lastUsed, words.state].map((name) =>
							<th key={name} scope="col"
								role="columnheader">{name}</th>)}
					</tr>
				</thead>
				<tbody role="rowgroup">
					{found.map((w) => <Row key={w.id} of={w} />)}
				</tbody>
			</table>}
	</>;
}

function Row({ of: widget }: { of: WidgetRow })
{
	const desk = useDesk();
	const to = widgetRoute(widget.id);
	const { allowed_origins: sites, last_used_at: used } = widget;

	return (
		<tr role="row" data-testid="widget-row" data-id={widget.id}>
			<td role="cell" class="key-who">
				<a class="key-name wc-open" dir="auto"
					href={routeHref({ ...desk.route.get(), ...to })}
					onClick={(event) => {
						if (event.ctrlKey || event.metaKey ||
						    event.shiftKey)
							return;
						event.preventDefault();
						go(desk, to);
					}}>{widget.name || words.title}</a>
			</td>
			<Cell label={words.chatbot}>
				<bdi>{widget.chatbot_name ?? words.noBot}</bdi>
			</Cell>
			<Cell label={words.sites}>
				{sites.length === 0
					? <span class="cell-never">{words.anySite}</span>
					: sites.slice(0, SITES_SHOWN).map((site) =>
						<bdi key={site} class="wc-site">
							{site.replace(/^https:\/\//, '')}</bdi>)}
				{sites.length > SITES_SHOWN && <span class="cell-more">
					{words.moreSites(sites.length - SITES_SHOWN)}</span>}
			</Cell>
			<Cell label={words.lastUsed}>
				{used === null
					? <span class="cell-never">{words.never}</span>
					: <time dateTime={used} title={fullTime(used)}>
						{dayLabel(used)}</time>}
			</Cell>
			<Cell label={words.state}>
				<span class={widget.is_active ? 'tag tag-on' : 'tag'}>
					{widget.is_active ? words.on : words.off}</span>
			</Cell>
		</tr>
	);
}

function Cell({ label, children }:
	{ label: string; children: ComponentChildren })
{
	return (
		<td role="cell">
			<span class="cell-label" aria-hidden="true">{label}</span>
			<span class="cell-value">{children}</span>
		</td>
	);
}
