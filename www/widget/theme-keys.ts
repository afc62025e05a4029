/* theme-keys.ts: what a theme may say, and the custom properties that it sets.
 * Keys are those of the widget API's themes; what is not here is ignored. */

export type Config = Record<string, string>;

/* blank says nothing, and so is what none is. */
export const PRESETS: Record<string, Config> = {
	'': {}, blank: {}, default: {}, auto: {}, light: {}, dark: {},
	modern: { messageRounding: '12px', inputRounding: '12px',
		messageSpacing: '6px', barStyle: 'plain' },
	stack: { messageStyle: 'stack', messageSpacing: '8px' },
};

export interface ColorKey {
	/* The property that it lies on when it is not given itself. */
	on: string;
	/* The property that it sets. */
	as?: string;
	/* The key of what is written on it, and its property. */
	text?: string;
	asText?: string;
}

export const COLORS: Record<string, ColorKey> = {
	conversationPrimary: { on: '--ground', as: '--thread',
		text: 'conversationText', asText: '--thread-text' },
	barPrimary: { on: '--brand', as: '--bar',
		text: 'barText', asText: '--on-bar' },
	barBorderPrimary: { on: '--bar', as: '--bar-border' },
	messageDividerPrimary: { on: '--ground', as: '--divider' },
	userMessagePrimary: { on: '--brand', as: '--own-bubble',
		text: 'userMessageText', asText: '--on-own-bubble' },
	botMessagePrimary: { on: '--bubble', as: '--bubble',
		text: 'botMessageText', asText: '--on-bubble' },
	userMessageLink: { on: '--brand',
		text: 'userMessageLinkPrimary', asText: '--own-link' },
	botMessageLink: { on: '--bubble',
		text: 'botMessageLinkPrimary', asText: '--bubble-link' },
	botMessageButtonPrimary: { on: '--ground', as: '--choice',
		text: 'botMessageButtonText', asText: '--on-choice' },
	introMessageButtonPrimary: { on: '--ground', as: '--starter',
		text: 'introMessageButtonText', asText: '--on-starter' },
	introMessageButtonBorderPrimary: { on: '--ground',
		as: '--starter-border' },
	introMessage: { on: '--bubble',
		text: 'introMessageText', asText: '--on-intro' },
	inputMessage: { on: '--ground',
		text: 'inputMessageText', asText: '--notice-text' },
	inputPrimary: { on: '--ground', as: '--field',
		text: 'inputText', asText: '--on-field' },
	inputBorderPrimary: { on: '--ground', as: '--field-border' },
	inputBorderSecondary: { on: '--ground', as: '--field-focus' },
	inputHint: { on: '--ground',
		text: 'inputSecondary', asText: '--field-hint' },
	tap: { on: '--ground', text: 'tapText', asText: '--foot-text' },
	buttonPrimary: { on: '--brand', as: '--button',
		text: 'buttonText', asText: '--on-button' },
	buttonBorderPrimary: { on: '--button', as: '--button-border' },
	previewPrimary: { on: '--ground', as: '--preview' },
};

export const SIZES: Record<string, string> = {
	fontSize: '--text-widget', lineHeight: '--line',
	messagesPadding: '--thread-padding', messageSpacing: '--message-gap',
	messagePadding: '--message-padding',
	messageRounding: '--message-radius',
	messageDividerSize: '--divider-size',
	userMessageRounding: '--own-radius',
	botMessageRounding: '--other-radius',
	userMessageIconSize: '--own-icon', botMessageIconSize: '--other-icon',
	actionsPadding: '--composer-padding', inputRounding: '--field-radius',
};

/* Words that style rules ask for: data-theme-KEY. */
export const FLAGS: Record<string, string[]> = {
	messageStyle: ['bubble', 'stack'],
	barStyle: ['plain'],
};
