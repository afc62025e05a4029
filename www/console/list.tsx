/* list.tsx: the first pane: filters, search, and the rows */
/* SPDX-License-Identifier: MIT */
import { useMemo } from 'preact/hooks';
import { useStore } from '../shared/hooks';
import { useDesk } from './desk';
import { Icon } from './icons';
import { countOf, FILTERS, type Filter } from './inbox';
import { LinkNote } from './link';
import { more, reload } from './lists';
import { go, shownRows } from './navigate';
import { ConversationRow } from './row';
import { WindowedList } from './window';
import { words } from './words';

/* The same number stands in list.css as --row. */
export const ROW_HEIGHT = 68;

export function ListPane()
{
	return (
		<section class="pane list-pane" aria-labelledby="list-title">
			<header class="list-head">
				<h2 id="list-title" class="page-title">{words.inbox}</h2>
				<p class="list-purpose">{words.inboxPurpose}</p>
				<SearchBox />
				<Filters />
			</header>
			<LinkNote />
			<Rows />
		</section>
	);
}

function Filters()
{
	return (
		<div class="filters" role="group" aria-label={words.filters}>
			{FILTERS.map((f) => <FilterButton key={f} filter={f} />)}
		</div>
	);
}

function FilterButton({ filter }: { filter: Filter })
{
	const desk = useDesk();
	const route = useStore(desk.route);
	const lists = useStore(desk.lists);
	const all = useStore(desk.all);
	const count = useMemo(() => countOf(all, lists[filter], filter,
		desk.myId), [all, lists[filter]]);

	return (
		<button type="button" class="filter"
			data-testid={`filter-${filter}`}
			aria-pressed={route.filter === filter}
			onClick={() => go(desk, { filter })}>
			{words.filter[filter]}
			{count !== '' && <span class="count">{' '}{count}</span>}
		</button>
	);
}

function SearchBox()
{
	const desk = useDesk();
	const { q } = useStore(desk.route);

	return (
		<div class="search" role="search">
			<Icon name="search" />
			<input id="search" class="field" type="search" value={q}
				aria-label={words.search} placeholder={words.searchHint}
				autocomplete="off" spellcheck={false} maxLength={200}
				data-testid="search" enterkeyhint="search"
				onInput={(event) =>
					go(desk, { q: event.currentTarget.value })} />
			{q !== '' && <button type="button" class="icon-button clear"
				aria-label={words.clearSearch}
				onClick={() => go(desk, { q: '' })}>
				<Icon name="close" />
			</button>}
		</div>
	);
}

function Rows()
{
	const desk = useDesk();
	const route = useStore(desk.route);
	const lists = useStore(desk.lists);
	const found = useStore(desk.found);
	const all = useStore(desk.all);
	const chosen = useStore(desk.chosen);
	const rows = useMemo(() => shownRows(desk),
		[all, lists, found, route.filter]);
	const ids = useMemo(() => rows.map((c) => c.id), [rows]);
	const reachable = chosen.id !== null && ids.includes(chosen.id)
		? chosen.id : ids[0] ?? null;
	const status = (found ?? lists[route.filter]).status;

	if (ids.length === 0)
		return <NoRows status={status} filter={route.filter}
			q={found?.q ?? ''} />;
	return (
		<WindowedList key={`${route.filter} ${found?.q ?? ''}`} ids={ids}
			rowHeight={ROW_HEIGHT} label={words.conversations}
			chosen={chosen.id} moves={chosen.moves}
			onEnd={() => void more(desk)}
			row={(id) => <ConversationRow conversation={all.get(id)!}
				open={route.open === id} reachable={reachable === id} />} />
	);
}

function NoRows({ status, filter, q }:
	{ status: string; filter: Filter; q: string })
{
	if (status === 'loading')
		return <Skeleton />;
	if (status === 'failed')
		return <ListFailed />;
	const [title, hint] = q !== '' ? words.emptySearch(q)
		: words.empty[filter];

	return (
		<div class="empty" data-testid="list-empty">
			<span class="empty-icon" aria-hidden="true">
				<Icon name={q !== '' ? 'search' : 'inbox'} />
			</span>
			<h2 class="title">{title}</h2>
			<p>{hint}</p>
			{filter === 'mine' && q === '' && <ShowUnassigned />}
		</div>
	);
}

function ShowUnassigned()
{
	const desk = useDesk();

	return (
		<button type="button" class="button"
			onClick={() => go(desk, { filter: 'unassigned' })}>
			{words.showUnassigned}
		</button>
	);
}

function ListFailed()
{
	const desk = useDesk();

	return (
		<div class="empty" role="alert">
			<span class="empty-icon" aria-hidden="true">
				<Icon name="warn" />
			</span>
			<h2 class="title">{words.listFailed}</h2>
			<p>{words.gone}</p>
			<button type="button" class="button"
				onClick={() => reload(desk)}>{words.retry}</button>
		</div>
	);
}

function Skeleton()
{
	return (
		<div class="skeleton" role="status">
			<span class="visually-hidden">{words.loading}</span>
			{[0, 1, 2, 3, 4].map((n) => <span class="bone" key={n} />)}
		</div>
	);
}
