/* types.ts: what travels between the browser and the server */

import type { ContentType, RichMedia } from './content';

export type * from './content';

export type SenderType = 'end_user' | 'agent' | 'bot';

/* session_id and read_by are left out on the widget's routes. */
export interface Message {
	id: string;
	conversation_id: string;
	session_id?: string | null;
	sender_type: SenderType;
	sender_id?: string | null;
	sender_name?: string | null;
	content_type: ContentType;
	content: string;
	rich_media?: RichMedia | null;
	read_by?: Record<string, string>;
	created_at: string;
	seq: number;
	client_id?: string | null;
}

/* How far one side has got: a client of it has everything up to delivered_seq,
 * somebody has read up to read_seq. */
export interface Receipt {
	delivered_seq: number;
	read_seq: number;
}

export interface Receipts {
	visitor: Receipt;
	agent: Receipt;
}

/* What a person composes; the outbox adds identity and state. */
export interface Draft {
	content: string;
	content_type?: ContentType;
	rich_media?: RichMedia | null;
}

export interface EndUser {
	id: string;
	display_name: string | null;
	external_id: string;
}

export interface Session {
	id: string;
	status: 'open' | 'resolved';
	assigned_agent_id: string | null;
	tags: string[];
	first_message_at: string | null;
	assigned_at: string | null;
	resolved_at: string | null;
	/* only where a single conversation is asked for */
	handoff_at?: string | null;
	resolved_by?: string | null;
}

export interface LastMessage {
	seq: number;
	sender_type: SenderType;
	content_type: ContentType;
	content: string;
	created_at: string;
}

/* What a call of the bot to others could not do last, in the open session. */
export interface BotFailure {
	failed_why: string;
	failed_at: string;
}

export interface Conversation {
	id: string;
	end_user: EndUser;
	channel_id: string;
	channel?: string;
	organization_id: string;
	active_session: Session | null;
	created_at: string;
	updated_at: string;
	last_seq: number;
	unread_count: number;
	handoff: boolean;
	last_message: LastMessage | null;
	receipts?: Receipts;
	bot?: BotFailure | null;
	/* all there were, oldest first; only of a single conversation */
	sessions?: Session[];
	/* what the page told of the visitor; likewise */
	contact_details?: Readonly<Record<string, string | number | boolean>>;
}

export interface User {
	id: string;
	email: string;
	display_name: string;
	role: string;
}

export interface Me {
	user: User;
	workspace: { id: string; name: string };
	csrf_token: string;
}

export interface AgentName {
	display_name: string;
}

/* An author of messages, as their sender_id names it. */
export interface Author extends AgentName {
	id: string;
}

/* Every acknowledgement is one of these two. */
export interface Refusal {
	ok: false;
	error: string;
	message?: string;
}
export type Ack<T> = ({ ok: true } & T) | Refusal;

export type SendAck = Ack<{ id: string; seq: number; created_at: string }>;
export type JoinAck = Ack<{
	last_seq: number;
	missed: Message[];
	more?: boolean;
	agent?: AgentName | null;
	/* for end users: who wrote the agents' messages in `missed` */
	agents?: Author[];
	/* for end users: the agents' side; for agents: both */
	receipts?: Receipt | Receipts;
	/* for end users: whether nobody has the conversation any more */
	resolved?: boolean;
}>;
/* The workspace's queue: what happened behind `since`, and where one is now.
 * reload: too much or too long ago to be told. */
export type QueueAck = Ack<{
	cursor?: number;
	missed?: QueueEvent[];
	more?: boolean;
	reload?: boolean;
}>;

export interface QueueEvent {
	id: number;
	event: string;
	payload: any;
}

export type ClaimAck = Ack<{ assigned_to: string }>;
export type PresenceAck = Ack<{ online: string[] }>;

/* A piece of a message that a bot is writing: `message` is the id that it will
 * have, `index` counts its pieces from 0. */
export interface DeltaEvent {
	conversation_id: string;
	message: string;
	index: number;
	delta: string;
}

export interface TypingEvent {
	conversation_id: string;
	sender_type: SenderType;
	sender_name?: string | null;
}

export interface UpdatedEvent {
	conversation_id: string;
	sender_type: SenderType;
	content_type: ContentType;
	content: string;
	seq: number;
	created_at: string;
}

export interface AssignedEvent {
	conversation_id: string;
	assigned_to: string;
	assigned_at?: string;
	agent?: AgentName | null;
}

/* The bot has handed over: a person is asked for. */
export interface HandoffEvent {
	conversation_id: string;
}

export interface BotFailedEvent {
	conversation_id: string;
	bot: BotFailure;
}

export interface ResolvedEvent {
	conversation_id: string;
	session_id: string;
	tags: string[];
}

export interface ReadEvent {
	conversation_id: string;
	message_ids: string[];
	reader_type: SenderType;
	reader_id: string;
	read_at: string;
	/* how far that side has read now */
	seq?: number;
}

export interface DeliveredEvent {
	conversation_id: string;
	seq: number;
	receiver_type: SenderType;
	delivered_at: string;
}

export interface TaggedEvent {
	conversation_id: string;
	session_id: string;
	tags: string[];
}

export interface AgentStatusEvent {
	agent_id: string;
	status: 'online' | 'offline';
}

/* POST /chat-widget/open */
export interface OpenResponse {
	conversation_id: string;
	external_id: string;
	organization_id: string;
	last_seq: number;
	messages: Message[];
	agent: AgentName | null;
	/* who wrote the agents' messages in `messages` */
	agents?: Author[];
	/* of the agents' side */
	receipts?: Receipt;
	/* public options of the widget, by key: widget/options.ts */
	settings?: unknown;
}
