/* authors.ts: how the people are called who write here */

import { Store } from '../shared/store';
import type { AgentName, AssignedEvent, Author, Message } from '../shared/types';

export class Authors {
	/* Who writes now, as far as that is told. */
	readonly agent = new Store<AgentName | null>(null);
	/* the agents' names, by the sender_id of their messages */
	readonly names = new Map<string, string>();
	/* Whether `agent` is who writes now: not while what was missed comes,
	 * which another one may have written. */
	known = false;

	set(agent: AgentName | null): void
	{
		if (agent?.display_name !== this.agent.get()?.display_name)
			this.agent.set(agent);
	}

	learn(authors: readonly Author[]): void
	{
		for (const { id, display_name } of authors)
			this.names.set(id, display_name);
	}

	/* Messages carry the author's id; the name is known while the agent
	 * has the conversation, and is wanted after that too. */
	wrote(message: Message): void
	{
		const agent = this.agent.get();

		if (message.sender_type === 'agent' && message.sender_id &&
		    this.known && agent && !this.names.has(message.sender_id))
			this.names.set(message.sender_id, agent.display_name);
	}

	assigned({ agent, assigned_to }: AssignedEvent): void
	{
		if (agent)
			this.names.set(assigned_to, agent.display_name);
		this.set(agent ?? null);
	}
}
