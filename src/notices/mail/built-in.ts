/**
 * The mails as they look when nobody has replaced them. Plain HTML that reads well without its style:
 * no tables, no pictures, nothing from elsewhere. Colours have a contrast of at least 4.5 to 1 in both
 * schemes, and what a colour says is said in words beside it.
 */

/** Text and HTML of every mail; `docs/notices/mail.md` says what each tag is. */
export const BUILT_IN = {
  text: `Subject: {{subject}}

{{listing}}

{{heading}}
{{#greeting}}

{{greeting}}
{{/greeting}}

{{text}}{{#calendar}} {{calendar}}{{/calendar}}

{{#places}}
* {{label}}
{{#when}}
  {{when}}
{{/when}}
{{#detail}}
  {{detail}}
{{/detail}}
{{/places}}

{{#facts}}
{{label}}: {{value}}
{{/facts}}
{{#link}}
{{link}}
{{/link}}

--
{{footer}}
`,
  html: `<!doctype html>
<html lang="{{language}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{{subject}}</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 0; background: #eef1ef; color: #17292d; font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; -webkit-text-size-adjust: 100%; }
.page { max-width: 560px; margin: 0 auto; padding: 32px 16px 40px; }
.listing { margin: 0 0 14px; padding: 0 4px; font-size: 15px; font-weight: 600; color: #12343b; }
.card { background: #ffffff; border: 1px solid #dbe2df; border-radius: 14px; overflow: hidden; }
.top { padding: 28px 32px 24px; border-top: 5px solid #0f766e; }
.state { margin: 0 0 6px; font-size: 14px; font-weight: 600; color: #0f766e; }
h1 { margin: 0 0 18px; font-size: 27px; line-height: 1.2; font-weight: 700; letter-spacing: -0.015em; color: #12343b; text-wrap: balance; }
.top p { margin: 0 0 8px; }
.top p:last-child { margin-bottom: 0; }
.top .state { margin-bottom: 6px; }
.places { margin: 0; padding: 0 32px; list-style: none; border-top: 2px dashed #dbe2df; }
.place { display: flex; align-items: flex-start; gap: 18px; padding: 22px 0; border-top: 1px solid #e6ebe9; }
.place:first-child { border-top: 0; }
.leaf { flex: none; width: 62px; border: 1px solid #dbe2df; border-radius: 10px; overflow: hidden; text-align: center; line-height: 1.2; background: #ffffff; }
.leaf span { display: block; }
.month { padding: 3px 0; background: #12343b; color: #ffffff; font-size: 12px; font-weight: 600; }
.day { padding-top: 5px; font-size: 25px; font-weight: 700; color: #12343b; font-variant-numeric: tabular-nums; }
.weekday { padding-bottom: 6px; font-size: 12px; color: #52666a; }
.what { min-width: 0; overflow-wrap: anywhere; }
.what strong { display: block; font-size: 18px; line-height: 1.35; color: #12343b; }
.what span { display: block; }
.detail, .facts dt, .footer { color: #52666a; }
.detail { font-size: 14px; }
.facts { margin: 0; padding: 18px 32px 24px; border-top: 1px solid #e6ebe9; font-size: 14px; background: #f8faf9; }
.facts dt { margin: 0; }
.facts dd { margin: 0 0 8px; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.facts dd:last-child { margin-bottom: 0; }
a { color: #0b6b63; text-underline-offset: 2px; }
.footer { margin: 18px 0 0; padding: 0 4px; font-size: 13px; line-height: 1.5; }
.changed .top, .block_cut_off .top { border-top-color: #b7791f; }
.changed .state, .block_cut_off .state { color: #8a5a12; }
.cancelled .top, .dead_letters .top { border-top-color: #b4433a; }
.cancelled .state, .dead_letters .state { color: #a63a31; }
.cancelled .what strong { text-decoration: line-through; text-decoration-thickness: 1px; }
.expired .top, .released .top { border-top-color: #6b7c80; }
.expired .state, .released .state { color: #52666a; }
@media (max-width: 440px) {
  .page { padding: 16px 10px 28px; }
  .top, .places, .facts { padding-left: 18px; padding-right: 18px; }
  .top { padding-top: 22px; }
  h1 { font-size: 23px; }
  .place { gap: 14px; }
  .leaf { width: 54px; }
}
@media (prefers-color-scheme: dark) {
  body { background: #0c1517; color: #dbe5e4; }
  .listing, h1, .day, .what strong { color: #f1f6f5; }
  .card, .leaf { background: #142225; border-color: #2a3b3f; }
  .places { border-top-color: #2f4247; }
  .place, .facts { border-top-color: #24363a; }
  .facts { background: #111d20; }
  .month { background: #2a5059; color: #ffffff; }
  .detail, .facts dt, .footer, .weekday { color: #9fb2b5; }
  a { color: #5cc9bd; }
  .top { border-top-color: #2aa597; }
  .state { color: #4fc4b6; }
  .changed .top, .block_cut_off .top { border-top-color: #d49b3d; }
  .changed .state, .block_cut_off .state { color: #e3b05c; }
  .cancelled .top, .dead_letters .top { border-top-color: #d9675d; }
  .cancelled .state, .dead_letters .state { color: #ee938b; }
  .expired .top, .released .top { border-top-color: #7d9094; }
  .expired .state, .released .state { color: #9fb2b5; }
}
</style>
</head>
<body>
<div class="page {{kind}}" role="article" aria-roledescription="email" aria-label="{{subject}}" lang="{{language}}">
<p class="listing">{{listing}}</p>
<main class="card">
<div class="top">
<p class="state">{{state}}</p>
<h1>{{heading}}</h1>
{{#greeting}}
<p>{{greeting}}</p>
{{/greeting}}
<p>{{text}}{{#calendar}} {{calendar}}{{/calendar}}</p>
</div>
{{#booked}}
<ul class="places">
{{#places}}
<li class="place">
{{#day}}
<span class="leaf" aria-hidden="true"><span class="month">{{month}}</span><span class="day">{{day}}</span><span class="weekday">{{weekday}}</span></span>
{{/day}}
<span class="what"><strong>{{label}}</strong>{{#when}}<span>{{when}}</span>{{/when}}{{#detail}}<span class="detail">{{detail}}</span>{{/detail}}</span>
</li>
{{/places}}
</ul>
{{/booked}}
{{#hasFacts}}
<dl class="facts">
{{#facts}}
<dt>{{label}}</dt>
<dd>{{#link}}<a href="{{link}}">{{value}}</a>{{/link}}{{^link}}{{value}}{{/link}}</dd>
{{/facts}}
</dl>
{{/hasFacts}}
</main>
<p class="footer">{{footer}}</p>
</div>
</body>
</html>
`,
} as const
