/* snippets.ts: the lines that bring a widget to a page, for each sort of site */
/* SPDX-License-Identifier: MIT */

export interface Place {
	/* of this server, without a slash at the end */
	origin: string;
	key: string;
	id: string;
}

export interface Snippet {
	kind: string;
	/* what people call it */
	label: string;
	/* where it goes */
	file: string;
	/* one sentence about it */
	hint: string;
	code: string;
}

const html = ({ origin, key }: Place) => `<script
  src="${origin}/widget.js"
  data-widget-key="${key}"
  async
></script>
`;

const next = ({ origin, key }: Place) => `import Script from "next/script";

export default function RootLayout({ children }: { children: React.ReactNode }) {
  return (
    <html lang="en">
      <body>
        {children}
        <Script
          src="${origin}/widget.js"
          data-widget-key="${key}"
          strategy="lazyOnload"
        />
      </body>
    </html>
  );
}
`;

/* What the frameworks have in common: the script is added once. */
const inject = ({ origin, key }: Place, doc: string, pad: string) => [
	`if (${doc}.querySelector("script[data-widget-key]")) return;`,
	`const script = ${doc}.createElement("script");`,
	`script.src = "${origin}/widget.js";`,
	`script.setAttribute("data-widget-key", "${key}");`,
	'script.async = true;',
	`${doc}.body.appendChild(script);`,
].map((line) => pad + line).join('\n');

const react = (place: Place) => `import { useEffect } from "react";

export function ChatWidget() {
  useEffect(() => {
${inject(place, 'document', '    ')}
  }, []);
  return null;
}
`;

const vue = (place: Place) => `import { onMounted } from "vue";

export function useChatWidget() {
  onMounted(() => {
${inject(place, 'document', '    ')}
  });
}
`;

const angular = (place: Place) => `import { Component, Inject, OnInit, PLATFORM_ID } from "@angular/core";
import { DOCUMENT, isPlatformBrowser } from "@angular/common";

@Component({ selector: "app-root", templateUrl: "./app.component.html" })
export class AppComponent implements OnInit {
  constructor(
    @Inject(DOCUMENT) private document: Document,
    @Inject(PLATFORM_ID) private platform: object,
  ) {}

  ngOnInit(): void {
    if (!isPlatformBrowser(this.platform)) return;
${inject(place, 'this.document', '    ')}
  }
}
`;

const wordpress = ({ origin, key }: Place) => `add_action( 'wp_footer', function () {
    echo '<script src="${origin}/widget.js" data-widget-key="${key}" async></script>';
} );
`;

const element = ({ origin, id }: Place) => `<script src="${origin}/integrations/widget/v2.js" async></script>
<baraza-widget widget="${id}"></baraza-widget>
`;

export function snippets(place: Place): Snippet[]
{
	return [
		{ kind: 'html', label: 'HTML', file: 'Before </body>',
			hint: 'On every page that shall have the chat. It never blocks the page.',
			code: html(place) },
		{ kind: 'next', label: 'Next.js', file: 'app/layout.tsx',
			hint: 'With the app router.', code: next(place) },
		{ kind: 'react', label: 'React', file: 'src/ChatWidget.tsx',
			hint: 'Put <ChatWidget /> once into your app.',
			code: react(place) },
		{ kind: 'vue', label: 'Vue', file: 'src/useChatWidget.ts',
			hint: 'Call useChatWidget() in the setup of App.vue.',
			code: vue(place) },
		{ kind: 'angular', label: 'Angular', file: 'src/app/app.component.ts',
			hint: 'On the server of Angular Universal it does nothing.',
			code: angular(place) },
		{ kind: 'wordpress', label: 'WordPress', file: 'functions.php of your theme',
			hint: 'Or in any plugin for code snippets.',
			code: wordpress(place) },
		{ kind: 'shopify', label: 'Shopify', file: 'layout/theme.liquid, before </body>',
			hint: 'Online Store → Themes → Edit code.', code: html(place) },
		{ kind: 'element', label: 'Element', file: 'Where the chat shall stand',
			hint: 'As an element that your scripts can talk to.',
			code: element(place) },
	];
}
