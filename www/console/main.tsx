/* main.tsx: entry of the console page */
/* SPDX-License-Identifier: MIT */
import { render } from 'preact';
import { Connection } from '../shared/socket';
import { openSocket } from '../shared/socket-io';
import type { Me, User } from '../shared/types';
import { App } from './app';
import './console.css';
import { Desk } from './desk';
import { get, sentence, statusOf } from './http';
import { refresh, search } from './lists';
import { goLive } from './live';
import { followHistory } from './navigate';
import { parseRoute } from './route';
import { openThread } from './threads';
import { fallback } from './twins';
import { words } from './words';

async function loadAgents(desk: Desk): Promise<void>
{
	const agents = await get<User[]>('/api/agents');

	desk.agents.set(new Map(agents.map((a) => [a.id, a])));
}

async function start(root: HTMLElement): Promise<void>
{
	const me = await get<Me>('/auth/me');
	const route = parseRoute(location.pathname, location.search);
	const desk = new Desk(me, new Connection({
		socket: openSocket(), fallback }), route);

	root.textContent = '';
	render(<App desk={desk} />, root);
	followHistory(desk);
	void loadAgents(desk).catch(() => undefined);
	void refresh(desk);
	if (route.q !== '')
		void search(desk);
	if (route.open !== null)
		void openThread(desk, route.open);
	goLive(desk);
}

function StartFailed({ error }: { error: unknown })
{
	return (
		<main class="start-failed" role="alert">
			<h1 class="title">{words.startFailed}</h1>
			<p>{sentence(error)}</p>
			<button type="button" class="button"
				onClick={() => location.reload()}>{words.retry}</button>
		</main>
	);
}

const root = document.getElementById('app')!;

start(root).catch((error) => {
	if (statusOf(error) === 401)
		return;
	render(<StartFailed error={error} />, root);
});
