/*
 * The announcements assistant on a page of your own. Plain ES2020, no dependency, no build step: this is the source.
 *
 *   <script async src="https://HOST/widget/v1/widget.js" data-widget-id="ir-site" data-lang="ja"></script>
 *   <announcements-assistant></announcements-assistant>          the same inside the page instead of a launcher
 *
 * What came from the server, the storage or the visitor reaches the page as text nodes only; no HTML is ever parsed, no
 * style or handler is written into markup, so that a strict Content-Security-Policy can stay as it is.
 */
(() => {
  "use strict";

  const TAG = "announcements-assistant";
  // Null as soon as anything waits, and in a module.
  let loader = document.currentScript || document.querySelector('script[src*="/widget/v1/widget.js"]');
  if (!loader || window.AnnouncementsAssistant) return; // twice on the page, or not by a tag
  if (customElements.get(TAG)) {
    customElements.get(TAG).begin(loader); // after destroy()
    return;
  }

  const KEPT_HOURS = 24; // a conversation in the storage
  const KEPT_EXCHANGES = 20;
  const OLD_VALUES = 3; // of what was asked; older ones are folded away
  const SILENCE_SECONDS = 45; // of a stream; its heartbeats count
  const ANSWER_SECONDS = 180;
  const PHONE = "(max-width: 639.98px)";
  const LIMITS = { contact: "", faq: {}, feedback: false, max_question: 1000, max_turn: 4000, max_history: 20 };

  // Words --------------------------------------------------------------------------------------------------------

  const WORDS = {
    ja: {
      title: "開示情報アシスタント",
      lead: "発表資料の原文とともにお答えします",
      launch: "発表資料に質問する",
      close: "閉じる",
      renew: "新しい会話",
      question: "質問",
      placeholder: "質問を入力",
      send: "送信",
      stop: "中止",
      conversation: "会話",
      you: "質問：",
      welcome: "発表資料について質問してください",
      welcome_more: "日本語でも英語でも質問できます。",
      examples: "質問の例",
      searching: "発表資料を調べています…",
      sources: "出典",
      source: "出典{marker}",
      page: "{page}ページ",
      undated: "日付の記載なし",
      new_tab: "（新しいタブで開きます）",
      no_original: "原文へのリンクはありません",
      held: "{date}時点の情報",
      extractive: "原文からの抜粋",
      written: "AIが作成し、原文と照合した文章",
      official: "IR部門が確認した公式回答",
      current: "現在",
      superseded: "更新前",
      was: "{date}時点",
      more_superseded: "さらに以前の値（{count}件）",
      choose: "候補",
      helpful: "役に立った",
      unhelpful: "役に立たなかった",
      thanks: "ご意見をありがとうございます。",
      why: "よろしければ理由をお選びください",
      reasons: { wrong: "内容が違う", outdated: "情報が古い", missing: "知りたいことがない", unclear: "分かりにくい" },
      not_rated: "ご意見を送信できませんでした。",
      note: "発表資料からの自動回答です。必ず原文をご確認ください。投資に関する助言は行いません。",
      contact: "お問い合わせ：",
      too_long: "質問は{limit}文字以内で入力してください（現在{length}文字）。",
      stopped: "回答を中止しました。",
      retry: "もう一度試す",
      retry_in: "もう一度試す（あと{wait}）",
      rate: "ただいまご質問が集中しています。{wait}ほど待ってから、もう一度お試しください。",
      rate_soon: "ただいまご質問が集中しています。少し待ってから、もう一度お試しください。",
      down: "ただいまお答えできません。しばらくしてから、もう一度お試しください。",
      invalid: "この質問は受け付けられませんでした。言い方を変えてお試しください。",
      denied: "このページでは、アシスタントをご利用いただけません。",
      faq: "よくあるご質問を見る",
      announcements: "発表資料の一覧を見る",
      seconds: "{n}秒",
      minutes: "{n}分",
      hours: "{n}時間",
      status: { not_found: "発表資料に記載が見つかりません", declined: "お答えできない内容です", ambiguous: "質問の対象を選んでください" },
    },
    en: {
      title: "Announcements assistant",
      lead: "Answers with the passage they rest on",
      launch: "Ask about our announcements",
      close: "Close",
      renew: "New conversation",
      question: "Question",
      placeholder: "Type your question",
      send: "Send",
      stop: "Stop",
      conversation: "Conversation",
      you: "Question: ",
      welcome: "Ask about our announcements",
      welcome_more: "In English or Japanese.",
      examples: "For example",
      searching: "Looking through the announcements…",
      sources: "Sources",
      source: "Source {marker}",
      page: "page {page}",
      undated: "undated",
      new_tab: " (opens in a new tab)",
      no_original: "No link to the original",
      held: "As of {date}",
      extractive: "Extracted word for word",
      written: "Written by AI, checked against the extracts",
      official: "Official answer, confirmed by investor relations",
      current: "Now",
      superseded: "Earlier",
      was: "as of {date}",
      more_superseded: "{count} older values",
      choose: "Suggestions",
      helpful: "Helpful",
      unhelpful: "Not helpful",
      thanks: "Thank you for telling us.",
      why: "If you like, tell us why",
      reasons: { wrong: "It is wrong", outdated: "It is out of date", missing: "Not what I asked for", unclear: "Hard to understand" },
      not_rated: "This could not be sent.",
      note: "Automatic answers from our announcements; please check the original. No investment advice.",
      contact: "Contact: ",
      too_long: "Please keep the question within {limit} characters (now {length}).",
      stopped: "Stopped.",
      retry: "Try again",
      retry_in: "Try again (in {wait})",
      rate: "There are many questions at the moment. Please try again in {wait}.",
      rate_soon: "There are many questions at the moment. Please try again shortly.",
      down: "The assistant cannot answer at the moment. Please try again later.",
      invalid: "This question could not be taken. Please put it differently.",
      denied: "The assistant is not available on this page.",
      faq: "See frequently asked questions",
      announcements: "See all announcements",
      seconds: "{n} s",
      minutes: "{n} min",
      hours: "{n} h",
      status: { not_found: "Not stated in the announcements", declined: "Outside what can be answered", ambiguous: "Please choose what you mean" },
    },
  };
  const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

  const filled = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

  /** The language attribute for a text: Japanese as soon as it holds kana or kanji. */
  const languageOf = (text) => (/[\u3041-\u30ff\u4e00-\u9fff]/.test(text) ? "ja" : "en");

  /** 2022-09-27 as its readers write it: 2022年9月27日, 27 Sep 2022; what is no date stays as it is. */
  function spokenDate(iso, language) {
    const found = /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?$/.exec(iso);
    if (!found) return iso;
    const [year, month, day] = found.slice(1).map(Number);
    if (language === "ja") return `${year}年${month ? `${month}月` : ""}${day ? `${day}日` : ""}`;
    return [day || "", month ? MONTHS[month - 1] : "", year].filter(Boolean).join(" ");
  }

  function spokenWait(seconds, words) {
    if (seconds < 120) return filled(words.seconds, { n: seconds });
    if (seconds < 7200) return filled(words.minutes, { n: Math.ceil(seconds / 60) });
    return filled(words.hours, { n: Math.ceil(seconds / 3600) });
  }

  // What comes from outside --------------------------------------------------------------------------------------

  const string = (value) => (typeof value === "string" ? value : "");
  const objects = (value) => (Array.isArray(value) ? value.filter((one) => one && typeof one === "object") : []);
  const strings = (value) => (Array.isArray(value) ? value.filter((one) => typeof one === "string" && one) : []);
  /** Without halves of characters, which JSON would carry and the server refuse. */
  const wellFormed = (text) => new TextDecoder().decode(new TextEncoder().encode(text));
  const firstCharacters = (text, count) => Array.from(text).slice(0, count).join("");

  /** The address when it is one of the web, which alone is safe behind a link; else "". */
  function webLink(address) {
    try {
      const url = new URL(string(address).trim());
      return url.protocol === "https:" || url.protocol === "http:" ? url.href : "";
    } catch {
      return "";
    }
  }

  function contactLink(contact) {
    return webLink(contact) || (/^[^\s@:/?#]+@[^\s@:/?#]+$/.test(contact) ? `mailto:${contact}` : "");
  }

  /** An answer of which every field has its type, or null. */
  function answerFrom(data) {
    if (!data || !["answered", "not_found", "declined", "ambiguous"].includes(data.status)) return null;
    return {
      name: string(data.name), // where it comes from the storage
      language: data.language === "en" ? "en" : "ja",
      status: data.status,
      answer: string(data.answer),
      short_answer: string(data.short_answer),
      as_of: string(data.as_of),
      engine: string(data.engine),
      citations: objects(data.citations).map((citation) => ({
        marker: Number(citation.marker) || 0,
        announcement_id: string(citation.announcement_id),
        title: string(citation.title),
        published: string(citation.published),
        url: webLink(citation.url),
        page: Number(citation.page) || 0,
        quote: string(citation.quote),
      })),
      superseded: objects(data.superseded).map((old) => ({ value: string(old.value), as_of: string(old.as_of) })),
      suggestions: strings(data.suggestions),
    };
  }

  /** Why there is no answer: "rate", "down", "invalid", "denied" or "stopped"; the seconds to wait, where they are known. */
  class Failure extends Error {
    constructor(kind, seconds = 0) {
      super(kind);
      this.kind = kind;
      this.seconds = seconds;
    }

    static of(status, retryAfter) {
      const seconds = Math.max(0, Math.ceil(Number(retryAfter) || 0));
      if (status === 429 || (status === 503 && seconds)) return new Failure("rate", seconds);
      if (status === 403) return new Failure("denied");
      return new Failure(status >= 500 || status === 408 ? "down" : "invalid");
    }
  }

  // Talking to the server ----------------------------------------------------------------------------------------

  /** Splits the text of an event stream into [event, data] pairs, however it was cut on the way. */
  class Events {
    constructor() {
      this.rest = "";
      this.event = "message";
      this.data = [];
    }

    *read(text) {
      this.rest += text;
      for (;;) {
        const end = /\r\n|\n|\r(?=[^])/.exec(this.rest); // a carriage return at the very end may be half of a line's
        if (!end) return;
        const line = this.rest.slice(0, end.index);
        this.rest = this.rest.slice(end.index + end[0].length);
        if (!line) {
          if (this.data.length) yield [this.event, this.data.join("\n")];
          this.event = "message";
          this.data = [];
          continue;
        }
        const [, name, value] = /^([^:]*):? ?([^]*)$/.exec(line);
        if (name === "event") this.event = value;
        else if (name === "data") this.data.push(value);
      }
    }
  }

  /** Reads a response to its end, as one that is left standing counts as broken off. */
  async function finish(reader) {
    try {
      while (!(await reader.read()).done);
    } catch {
      // Nothing more was wanted of it.
    }
  }

  class Server {
    constructor(base, widget) {
      this.base = base;
      this.widget = widget;
    }

    /** What the widget has to know; rejects when the page may not carry it or the server cannot be reached. */
    async config() {
      const address = new URL(`widget/v1/config?widget=${encodeURIComponent(this.widget)}`, this.base);
      const response = await fetch(address, { credentials: "omit", referrerPolicy: "no-referrer" });
      if (response.status === 403 || response.status === 422) throw new Failure("denied");
      if (!response.ok) return LIMITS; // asking will say what is wrong
      return { ...LIMITS, ...(await response.json()) };
    }

    post(path, session, body, signal) {
      return fetch(new URL(`api/v1/${path}`, this.base), {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Widget-Id": this.widget, "X-Session-Id": session },
        body: JSON.stringify(body),
        credentials: "omit",
        referrerPolicy: "no-referrer",
        cache: "no-store",
        signal,
      });
    }

    /** The answer to `body.question`, `name`d for feedback; its text goes to `onText` as it arrives. Rejects with a Failure. */
    async ask(body, session, controller, onText) {
      let isTimeout = false;
      const giveUp = () => {
        isTimeout = true;
        controller.abort();
      };
      let silence = setTimeout(giveUp, SILENCE_SECONDS * 1000);
      const whole = setTimeout(giveUp, ANSWER_SECONDS * 1000);
      try {
        const response = await this.post("ask/stream", session, body, controller.signal);
        if (!response.ok) throw Failure.of(response.status, response.headers.get("Retry-After"));
        const reader = response.body.getReader();
        const decoder = new TextDecoder();
        const events = new Events();
        for (;;) {
          const { done, value } = await reader.read();
          if (done) throw new Failure("down"); // it ended before it was finished
          clearTimeout(silence);
          silence = setTimeout(giveUp, SILENCE_SECONDS * 1000);
          for (const [event, text] of events.read(decoder.decode(value, { stream: true }))) {
            const data = JSON.parse(text);
            if (event === "delta") onText(string(data.text));
            else if (event === "error") throw Failure.of(Number(data.status) || 503);
            else if (event === "done") {
              const answer = answerFrom(data);
              if (!answer) throw new Failure("down");
              finish(reader);
              return { ...answer, name: string(response.headers.get("X-Answer-Id")) };
            }
          }
        }
      } catch (error) {
        if (error instanceof Failure) throw error;
        throw new Failure(controller.signal.aborted && !isTimeout ? "stopped" : "down");
      } finally {
        clearTimeout(silence);
        clearTimeout(whole);
      }
    }
  }

  // Remembering --------------------------------------------------------------------------------------------------

  /** A conversation in the tab's storage for a day; in memory where the storage is blocked or full. */
  class Memory {
    constructor(key) {
      this.key = key;
      this.kept = { session: uuid(), exchanges: [] };
      try {
        const found = JSON.parse(window.sessionStorage.getItem(key));
        if (found && found.expires > Date.now() && /^[0-9a-f-]{36}$/.test(found.session)) {
          this.kept.session = found.session;
          this.kept.exchanges = objects(found.exchanges)
            .map(({ question, answer, rated }) => ({ question: string(question), answer: answerFrom(answer), rated: string(rated) }))
            .filter(({ question, answer }) => question && answer);
        }
      } catch {
        // Blocked, or not ours: begin anew.
      }
    }

    get session() {
      return this.kept.session;
    }

    get exchanges() {
      return this.kept.exchanges;
    }

    add(exchange) {
      this.kept.exchanges = [...this.kept.exchanges, exchange].slice(-KEPT_EXCHANGES);
      this.save();
    }

    save() {
      try {
        const expires = Date.now() + KEPT_HOURS * 3600 * 1000;
        window.sessionStorage.setItem(this.key, JSON.stringify({ ...this.kept, expires }));
      } catch {
        // Blocked or full: it lives as long as the page.
      }
    }

    forget() {
      this.kept = { session: uuid(), exchanges: [] };
      try {
        window.sessionStorage.removeItem(this.key);
      } catch {
        // Nothing was kept.
      }
    }
  }

  /** A random UUID, on pages without TLS too, where crypto.randomUUID is missing. */
  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  // Building -----------------------------------------------------------------------------------------------------

  /** An element with attributes, event listeners (functions) and children (strings become text). */
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(name, value);
      else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
  }

  const ICONS = {
    ask: "M4 5.5A2.5 2.5 0 0 1 6.5 3h11A2.5 2.5 0 0 1 20 5.5v8a2.5 2.5 0 0 1-2.5 2.5H11l-4.5 4v-4A2.5 2.5 0 0 1 4 13.5zM8 7.75h8M8 11.25h5",
    close: "M6 6l12 12M18 6L6 18",
    renew: "M12 4H6.5A2.5 2.5 0 0 0 4 6.5v11A2.5 2.5 0 0 0 6.5 20h11a2.5 2.5 0 0 0 2.5-2.5V12M18.4 3.6a1.7 1.7 0 0 1 2.4 2.4L13 13.8l-3.4 1 1-3.4z",
    send: "M12 19V5M6 11l6-6 6 6",
    stop: "M7 7h10v10H7z",
    up: "M7 11v9H4v-9zM7 11l4-7c1.6 0 2.5 1 2.2 2.600L12.7 9H18a2 2 0 0 1 2 2.4l-1.300 6.9A2 2 0 0 1 16.7 20H7",
    out: "M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5",
  };

  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("class", `icon icon-${name}`);
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
  }

  // Colours ------------------------------------------------------------------------------------------------------

  /** [r, g, b] of a CSS colour without transparency, or null. */
  function channels(colour, probe) {
    if (!colour || !CSS.supports("color", colour) || /var|url|[;{}]/i.test(colour)) return null;
    probe.style.color = colour;
    const found = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(getComputedStyle(probe).color);
    probe.style.removeProperty("color");
    return found ? found.slice(1).map(Number) : null;
  }

  function luminance(rgb) {
    const [r, g, b] = rgb.map((value) => value / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function contrast(one, other) {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }

  const css = (rgb) => `rgb(${rgb.map(Math.round).join(",")})`;

  /** The colour itself if text of it can be read on `paper`, else as much of `ink` mixed in as that takes. */
  function readable(colour, paper, ink) {
    for (let share = 0; share <= 1; share += 0.1) {
      const mixed = colour.map((value, place) => value * (1 - share) + ink[place] * share);
      if (contrast(mixed, paper) >= 4.6) return mixed;
    }
    return ink;
  }

  // Look ---------------------------------------------------------------------------------------------------------

  // Lengths are in pixels, as rem would follow the page's own font size. `!important` on :host wins over the page's rules.
  const LIGHT = `--ink: #1d2733; --soft: #55626f; --line: #d9e0e8; --paper: var(--aa-paper, #ffffff); --ground: #f4f6f9;
    --quiet: #eef1f5; --warn: #7d5200; --warn-soft: #fdf5e2; --own-link: #1c4e80; --shadow: 0 16px 48px rgb(16 24 40 / 0.22), 0 2px 8px rgb(16 24 40 / 0.12);
    --link: var(--aa-link, var(--link-light, var(--own-link)));`;
  const DARK = `--ink: #e6ebf1; --soft: #a9b5c2; --line: #364352; --paper: var(--aa-paper-dark, #19222d); --ground: #131b24;
    --quiet: #232d39; --warn: #f0c36a; --warn-soft: #2e2716; --own-link: #9cc5ec; --shadow: 0 16px 48px rgb(0 0 0 / 0.55), 0 0 0 1px #364352;
    --link: var(--aa-link-dark, var(--link-dark, var(--own-link)));`;
  const PAPER = { light: [255, 255, 255], dark: [25, 34, 45] };
  const INK = { light: [29, 39, 51], dark: [230, 235, 241] };

  const STYLE = `
    :host { all: initial !important; display: block !important; direction: ltr !important; unicode-bidi: isolate !important;
      color-scheme: light dark; -webkit-text-size-adjust: 100% !important; }
    :host([data-mode="launcher"]) { position: fixed !important; inset: 0 auto auto 0 !important; width: 0 !important; height: 0 !important;
      z-index: var(--aa-z, 2147483000) !important; }
    @media print { :host([data-mode="launcher"]) { display: none !important; } }
    *, *::before, *::after { box-sizing: border-box; }
    [hidden] { display: none !important; }

    .root { ${LIGHT} --accent: var(--aa-accent, var(--accent-given, #1c4e80)); --on-accent: var(--aa-on-accent, var(--on-accent-given, #ffffff));
      --radius: var(--aa-radius, 16px);
      font: 15px/1.75 var(--aa-font, system-ui, -apple-system, "Segoe UI", "Hiragino Sans", "Hiragino Kaku Gothic ProN",
      "BIZ UDPGothic", "Yu Gothic UI", Meiryo, "Noto Sans JP", "Noto Sans CJK JP", sans-serif);
      color: var(--ink); text-align: left; color-scheme: light; -webkit-font-smoothing: antialiased; }
    .root[data-theme="dark"] { ${DARK} color-scheme: dark; }
    @media (prefers-color-scheme: dark) { .root[data-theme="auto"] { ${DARK} color-scheme: dark; } }
    .root:lang(en) { line-height: 1.6; }

    button, textarea { font: inherit; color: inherit; letter-spacing: inherit; margin: 0; }
    button { cursor: pointer; background: none; border: 0; padding: 0; text-align: left; touch-action: manipulation; }
    button:disabled { cursor: default; opacity: 1; }
    p, h2, h3, ul, ol, dl, dd, blockquote { margin: 0; padding: 0; }
    a { color: var(--link); text-decoration: underline; text-underline-offset: 3px; text-decoration-thickness: 1px; }
    :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
    .icon { display: block; width: 22px; height: 22px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.9;
      stroke-linecap: round; stroke-linejoin: round; }
    .icon-stop { fill: currentColor; }
    .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

    .launch { position: fixed; bottom: calc(var(--aa-offset-y, 24px) + env(safe-area-inset-bottom, 0px)); display: flex; align-items: center; gap: 10px;
      min-height: 52px; max-width: calc(100vw - 32px); padding: 0 22px 0 18px; border-radius: 26px; background: var(--accent); color: var(--on-accent);
      font-size: 15px; font-weight: 600; line-height: 1.3; box-shadow: 0 6px 20px rgb(16 24 40 / 0.28); transition: transform 0.15s, box-shadow 0.15s; }
    .launch:hover { transform: translateY(-2px); box-shadow: 0 10px 26px rgb(16 24 40 / 0.32); }
    .launch:focus-visible { outline-color: var(--link); outline-offset: 3px; box-shadow: 0 0 0 3px var(--paper); }
    .right .launch, .right .dialog { right: calc(var(--aa-offset-x, 24px) + env(safe-area-inset-right, 0px)); }
    .left .launch, .left .dialog { left: calc(var(--aa-offset-x, 24px) + env(safe-area-inset-left, 0px)); }

    .panel { display: flex; flex-direction: column; overflow: hidden; background: var(--paper); position: relative; }
    .panel:focus { outline: none; }
    .dialog { position: fixed; bottom: calc(var(--aa-offset-y, 24px) + env(safe-area-inset-bottom, 0px)); width: min(var(--aa-width, 428px), calc(100vw - 32px));
      height: min(var(--aa-height, 700px), calc(100vh - 48px)); height: min(var(--aa-height, 700px), calc(100dvh - 48px)); border-radius: var(--radius); box-shadow: var(--shadow);
      animation: rise 0.18s ease-out; }
    @keyframes rise { from { opacity: 0; transform: translateY(12px); } }
    .inline { height: var(--aa-height, 600px); border: 1px solid var(--line); border-radius: var(--radius); }

    .head { display: flex; align-items: center; gap: 4px; padding: 14px 10px 14px 20px; background: var(--accent); color: var(--on-accent); flex: none; }
    .head > div { flex: 1; min-width: 0; }
    .head h2 { font-size: 16px; font-weight: 700; line-height: 1.4; }
    .head p { font-size: 12.5px; line-height: 1.45; }
    .head button { display: grid; place-items: center; width: 44px; height: 44px; border-radius: 12px; flex: none; }
    .head button:hover { background: rgb(127 127 127 / 0.28); }
    .head :focus-visible { outline-color: var(--on-accent); outline-offset: -3px; }

    .log { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 20px; position: relative; scrollbar-width: thin; }
    .log:focus-visible { outline-offset: -3px; }
    .log > * + * { margin-top: 14px; }
    .welcome h3 { font-size: 17px; font-weight: 700; line-height: 1.5; }
    .welcome p { color: var(--soft); font-size: 14px; }

    .asked { width: fit-content; max-width: 86%; margin-left: auto; padding: 8px 15px; border-radius: 16px 16px 4px 16px; background: var(--accent);
      color: var(--on-accent); overflow-wrap: anywhere; white-space: pre-wrap; }
    .log > .reply + .asked, .log > .notice + .asked { margin-top: 28px; }
    .reply { overflow-wrap: anywhere; }
    .reply > * + *, .text > * + * { margin-top: 10px; }
    .text > :first-child { font-size: 16px; }
    .text > p { white-space: pre-line; }
    .text ul { padding-left: 1.2em; }
    .text strong { font-weight: 700; }
    .draft .text { color: var(--soft); }
    .draft .wait { display: flex; gap: 10px; align-items: center; color: var(--soft); font-size: 14px; }
    .dots { display: inline-flex; gap: 4px; }
    .dots i { width: 6px; height: 6px; border-radius: 50%; background: var(--link); animation: pulse 1.2s infinite ease-in-out; }
    .dots i:nth-child(2) { animation-delay: 0.15s; } .dots i:nth-child(3) { animation-delay: 0.3s; }
    @keyframes pulse { 0%, 60%, 100% { opacity: 0.25; } 30% { opacity: 1; } }
    .mark { display: inline-block; min-width: 22px; margin: 0 2px; padding: 0 6px; border-radius: 6px; background: var(--quiet); color: var(--link);
      font-size: 12px; font-weight: 700; line-height: 20px; text-align: center; vertical-align: 1px; }
    .together { white-space: nowrap; }
    .mark:hover { background: var(--link); color: var(--paper); }
    .calm, .notice { padding: 12px 16px; border-radius: 12px; background: var(--quiet); }
    .notice { background: var(--warn-soft); font-size: 14px; }
    .notice > * + * { margin-top: 10px; }
    .status { font-weight: 700; font-size: 14.5px; }
    .meta { display: flex; flex-wrap: wrap; gap: 2px 14px; font-size: 12.5px; line-height: 1.6; color: var(--soft); }

    .values { padding: 10px 14px; border-radius: 12px; background: var(--quiet); font-size: 14px; }
    .values ul { list-style: none; }
    .values summary { padding: 4px 0; font-size: 12.5px; color: var(--soft); cursor: pointer; }
    .values li { display: grid; grid-template-columns: 4.2em 1fr; align-items: baseline; }
    .values .label, .values small { font-size: 12.5px; color: var(--soft); }
    .values del { color: var(--soft); } .values strong { font-weight: 700; }
    .values small { white-space: nowrap; }

    .sources h3 { margin-bottom: 4px; font-size: 12.5px; font-weight: 700; color: var(--soft); line-height: 1.6; }
    .sources ol { list-style: none; border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
    .source { display: grid; grid-template-columns: auto 1fr; gap: 0 10px; padding: 10px 14px; font-size: 13.5px; line-height: 1.55; }
    .source + .source { border-top: 1px solid var(--line); }
    .source:focus { outline: 3px solid var(--link); outline-offset: -3px; border-radius: 12px; }
    .source .number { min-width: 22px; height: 22px; border-radius: 6px; background: var(--quiet); color: var(--link); font-size: 12px; font-weight: 700;
      line-height: 22px; text-align: center; }
    .source .title { font-weight: 600; }
    .source .title .icon { display: inline-block; width: 13px; height: 13px; margin-left: 4px; vertical-align: -1px; stroke-width: 2.2; }
    .source .meta { font-size: 12.5px; }
    .source blockquote { grid-column: 2; margin-top: 4px; padding-left: 10px; border-left: 3px solid var(--line); color: var(--soft); font-size: 13px; }

    .chips { display: flex; flex-direction: column; align-items: flex-start; gap: 8px; }
    .chips p { font-size: 12.5px; color: var(--soft); line-height: 1.6; }
    .chip { min-height: 40px; padding: 8px 15px; border: 1px solid var(--line); border-radius: 20px; background: var(--paper); color: var(--link);
      font-size: 14px; line-height: 1.5; overflow-wrap: anywhere; }
    .chip:hover:not(:disabled) { border-color: var(--link); background: var(--quiet); }
    .chip:disabled { color: var(--soft); }
    .chip-row { flex-direction: row; flex-wrap: wrap; padding-left: 6px; }
    .chip-row p { flex-basis: 100%; }

    .rating { display: flex; align-items: center; flex-wrap: wrap; gap: 4px; font-size: 12.5px; color: var(--soft); }
    .rating .thumb { display: grid; place-items: center; width: 36px; height: 36px; border-radius: 10px; color: var(--soft); }
    .rating .thumb:hover:not(:disabled) { background: var(--quiet); color: var(--ink); }
    .rating .thumb[aria-pressed="true"] { color: var(--link); background: var(--quiet); }
    .rating .icon { width: 18px; height: 18px; } .rating .down .icon { transform: rotate(180deg); }
    .rating .chip { min-height: 34px; padding: 4px 12px; font-size: 13px; }
    .rating > p { padding: 0 6px; }

    .ask { display: flex; align-items: flex-end; gap: 8px; padding: 12px 14px 8px; border-top: 1px solid var(--line); flex: none; }
    .ask textarea { flex: 1; min-width: 0; height: 46px; max-height: 132px; padding: 10px 14px; font-size: 16px; line-height: 24px; resize: none; overflow-y: auto;
      border: 1px solid var(--soft); border-radius: 14px; background: var(--paper); color: var(--ink); scrollbar-width: thin; }
    .ask textarea:focus { outline: 3px solid var(--link); outline-offset: -1px; border-color: transparent; }
    .ask textarea::placeholder { color: var(--soft); opacity: 1; }
    .ask button { display: grid; place-items: center; flex: none; width: 46px; height: 46px; border-radius: 14px; background: var(--accent); color: var(--on-accent); }
    .ask button:hover { filter: brightness(1.1); }
    .ask .halt { background: var(--paper); color: var(--ink); border: 1px solid var(--soft); }
    .complaint { padding: 0 18px 4px; font-size: 12.5px; color: var(--warn); flex: none; }
    .note { padding: 0 18px 12px; font-size: 12px; line-height: 1.55; color: var(--soft); flex: none; }

    @media ${PHONE} {
      .dialog, .left .dialog, .right .dialog { inset: 0; top: var(--top, 0px); bottom: auto; width: 100%; height: 100vh; height: var(--tall, 100dvh); border-radius: 0; animation: none;
        padding: 0 env(safe-area-inset-right, 0px) env(safe-area-inset-bottom, 0px) env(safe-area-inset-left, 0px); }
      .dialog .head { padding-top: calc(8px + env(safe-area-inset-top, 0px)); padding-bottom: 8px; margin: 0 calc(0px - env(safe-area-inset-right, 0px)) 0 calc(0px - env(safe-area-inset-left, 0px)); }
      .launch { bottom: calc(var(--aa-offset-y, 16px) + env(safe-area-inset-bottom, 0px)); }
      .right .launch { right: calc(var(--aa-offset-x, 16px) + env(safe-area-inset-right, 0px)); }
      .left .launch { left: calc(var(--aa-offset-x, 16px) + env(safe-area-inset-left, 0px)); }
      .log { padding: 16px; }
    }
    @media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } .launch:hover { transform: none; } }
    @media (forced-colors: active) { .launch, .panel, .asked, .ask button { border: 1px solid; } }
  `;

  /** The style sheet in a shadow root without markup that a page's policy would refuse. */
  function dress(root) {
    if ("adoptedStyleSheets" in Document.prototype && "replaceSync" in CSSStyleSheet.prototype) {
      dress.sheet = dress.sheet || new CSSStyleSheet();
      if (!dress.sheet.cssRules.length) dress.sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [dress.sheet];
    } else {
      root.append(make("style", {}, STYLE)); // browsers before 2023
    }
  }

  /** "light" or "dark" as the page wants it; else "auto", the visitor's wish, on a page that is itself made for both. */
  function themeOf(wanted) {
    if (wanted === "light" || wanted === "dark") return wanted;
    const meta = document.querySelector('meta[name="color-scheme"]');
    const page = `${getComputedStyle(document.documentElement).colorScheme} ${meta ? meta.content : ""}`;
    return /\bdark\b/.test(page) ? "auto" : "light";
  }

  // What happens in here is not the page's: its shortcuts, focus traps and keystroke counters hear nothing of it.
  const PRIVATE = `keydown keyup keypress beforeinput input paste copy cut compositionstart compositionupdate compositionend
    focusin focusout`.split(/\s+/);

  // The widget ---------------------------------------------------------------------------------------------------

  const defaults = () => ({ ...loader.dataset });
  const listeners = new Map();

  /** Tells the page that something happened; what was asked and answered goes to those alone who subscribed with `on`. */
  function tell(element, name, told = {}) {
    const about = { widget: element.widget.id, mode: element.widget.mode };
    for (const listener of [...(listeners.get(name) || [])]) {
      try {
        listener({ ...about, ...told });
      } catch (error) {
        setTimeout(() => {
          throw error;
        });
      }
    }
    const detail = told.status ? { ...about, status: told.status } : about;
    element.dispatchEvent(new CustomEvent(`${TAG}:${name}`, { bubbles: true, detail }));
  }

  class Widget {
    constructor(element, options) {
      this.element = element;
      this.mode = options.mode === "launcher" ? "launcher" : "inline";
      this.id = options.widgetId || "default";
      this.options = options;
      const page = options.lang || document.documentElement.lang || navigator.language || "";
      this.language = /^ja\b/i.test(page) ? "ja" : "en";
      this.answersIn = /^(ja|en)\b/i.test(options.lang || "") ? this.language : "auto";
      this.words = WORDS[this.language];
      this.server = new Server(new URL("../../", loader.src), this.id);
      this.memory = new Memory(`${TAG}:${new URL(loader.src).origin}:${this.id}:${this.mode}`);
      this.config = LIMITS;
      this.controller = null; // of the answer under way
      this.isComposing = false;
      this.composedAt = -1000;
      this.build();
      this.ready = this.start();
    }

    // Structure

    build() {
      const { words, mode, options } = this;
      let shadow = this.element.shadowRoot;
      if (!shadow) {
        shadow = this.element.attachShadow({ mode: "open" });
        for (const name of PRIVATE) shadow.addEventListener(name, (event) => event.stopPropagation());
      }
      dress(shadow);
      this.root = make("div", {
        class: `root ${options.position === "left" ? "left" : "right"}`,
        lang: this.language,
        "data-theme": themeOf(options.theme),
      });
      this.log = make("div", { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": words.conversation, tabindex: "0" });
      this.box = make("textarea", {
        id: "question",
        rows: "1",
        placeholder: words.placeholder,
        autocomplete: "off",
        enterkeyhint: "send",
        "aria-describedby": "complaint",
        keydown: (event) => this.onKey(event),
        input: () => this.onInput(),
        compositionstart: () => (this.isComposing = true),
        compositionend: (event) => {
          this.isComposing = false;
          this.composedAt = event.timeStamp;
        },
      });
      this.sendButton = make("button", { type: "submit", "aria-label": words.send, title: words.send }, icon("send"));
      this.stopButton = make("button", { type: "button", class: "halt", "aria-label": words.stop, title: words.stop, hidden: true, click: () => this.stop() }, icon("stop"));
      this.complaint = make("p", { class: "complaint", id: "complaint", role: "alert", hidden: true });
      this.form = make(
        "form",
        {
          class: "ask",
          submit: (event) => {
            event.preventDefault();
            this.send();
          },
        },
        make("label", { class: "unseen", for: "question" }, words.question),
        this.box,
        this.sendButton,
        this.stopButton,
      );
      this.note = make("p", { class: "note" }, words.note);
      const title = firstCharacters(options.title || words.title, 60);
      const button = (name, act) => make("button", { type: "button", class: name, "aria-label": words[name], title: words[name], click: act }, icon(name));
      this.panel = make(
        "section",
        { class: `panel ${mode === "launcher" ? "dialog" : "inline"}`, id: "panel", role: mode === "launcher" ? "dialog" : "region", "aria-labelledby": "title", tabindex: "-1", hidden: mode === "launcher" },
        make(
          "header",
          { class: "head" },
          make("div", {}, make("h2", { id: "title" }, title), make("p", {}, words.lead)),
          button("renew", () => this.renew()),
          mode === "launcher" ? button("close", () => this.close()) : null,
        ),
        this.log,
        this.form,
        this.complaint,
        this.note,
      );
      this.panel.addEventListener("keydown", (event) => this.onPanelKey(event));
      if (mode === "launcher") {
        const label = firstCharacters(options.label || words.launch, 40);
        this.launcher = make(
          "button",
          { type: "button", class: "launch", "aria-haspopup": "dialog", "aria-expanded": "false", "aria-controls": "panel", hidden: true, click: () => this.open() },
          icon("ask"),
          make("span", {}, label),
        );
      }
      this.root.append(...[this.launcher, this.panel].filter(Boolean));
      shadow.append(this.root);
      this.colour();
    }

    /** Derives from the page's one colour what stands on it and what can be read as a link. */
    colour() {
      const given = this.options.color || getComputedStyle(this.element).getPropertyValue("--aa-accent").trim();
      const accent = channels(given, this.root);
      if (!accent) return;
      const [white, black] = [[255, 255, 255], [0, 0, 0]];
      const { style } = this.root;
      if (this.options.color) style.setProperty("--accent-given", css(accent));
      style.setProperty("--on-accent-given", css(contrast(accent, white) >= 4.5 ? white : black));
      for (const theme of ["light", "dark"]) style.setProperty(`--link-${theme}`, css(readable(accent, PAPER[theme], INK[theme])));
    }

    /** Learns whether this page may carry the widget; only then does a launcher show. */
    async start() {
      try {
        this.config = await this.server.config();
      } catch {
        console.warn(`${TAG}: the widget "${this.id}" is not available on ${location.origin}. The server must run, and list this exact origin for it.`);
        this.isRefused = true;
        if (this.mode === "inline") this.refuse();
        return false;
      }
      if (this.element.widget !== this) return false;
      this.contact();
      this.memory.exchanges.length ? this.restore() : this.greet();
      if (this.launcher) this.launcher.hidden = !this.panel.hidden;
      tell(this.element, "ready");
      return true;
    }

    contact() {
      const { contact } = this.config;
      if (!contact) return;
      const link = contactLink(contact);
      const shown = link ? make("a", { href: link, rel: "noopener noreferrer", target: link.startsWith("http") ? "_blank" : null }, contact) : contact;
      this.note.append(this.language === "ja" ? "" : " ", this.words.contact, shown);
    }

    greet() {
      const { words } = this;
      const examples = strings((this.options.examples || "").split("|").map((one) => one.trim())).slice(0, 5);
      this.log.replaceChildren(make("div", { class: "welcome" }, make("h3", {}, words.welcome), make("p", {}, words.welcome_more)));
      if (examples.length) this.log.append(this.chips(examples, words.examples));
    }

    refuse() {
      this.log.replaceChildren(this.noticeOf(this.words.denied, this.wayOut()));
      this.box.disabled = true;
      this.sendButton.disabled = true;
    }

    restore() {
      // Read again at once by screen readers otherwise.
      this.log.setAttribute("aria-live", "off");
      this.log.replaceChildren();
      for (const exchange of this.memory.exchanges) {
        this.tidy();
        this.log.append(this.askedOf(exchange.question), this.replyOf(exchange));
      }
      this.log.setAttribute("aria-live", "polite");
    }

    // Opening and closing

    open() {
      if (this.mode !== "launcher" || !this.panel.hidden || this.isRefused) return;
      this.cameFrom = document.activeElement;
      this.panel.hidden = false;
      this.launcher.hidden = true;
      this.launcher.setAttribute("aria-expanded", "true");
      this.fit();
      window.visualViewport?.addEventListener("resize", (this.onResize = () => this.fit()));
      window.visualViewport?.addEventListener("scroll", this.onResize);
      this.log.scrollTop = this.log.scrollHeight;
      // On a touch screen the box would bring up the keyboard over what is to be read.
      (matchMedia("(pointer: coarse)").matches ? this.panel : this.box).focus();
      tell(this.element, "open");
    }

    close() {
      if (this.mode !== "launcher" || this.panel.hidden) return;
      this.stop();
      this.panel.hidden = true;
      this.launcher.hidden = false;
      this.launcher.setAttribute("aria-expanded", "false");
      window.visualViewport?.removeEventListener("resize", this.onResize);
      window.visualViewport?.removeEventListener("scroll", this.onResize);
      const back = this.cameFrom;
      const isOurs = !back || back === this.element || back === document.body || !back.isConnected;
      (isOurs ? this.launcher : back).focus();
      tell(this.element, "close");
    }

    /** On a phone the panel fills what the keyboard leaves of the screen. */
    fit() {
      const isPhone = matchMedia(PHONE).matches;
      isPhone ? this.panel.setAttribute("aria-modal", "true") : this.panel.removeAttribute("aria-modal");
      const view = window.visualViewport;
      if (!view) return;
      const { style } = this.panel;
      if (isPhone && view.scale === 1) {
        style.setProperty("--tall", `${view.height}px`);
        style.setProperty("--top", `${view.offsetTop}px`);
      } else {
        style.removeProperty("--tall");
        style.removeProperty("--top");
      }
    }

    // Keys

    onPanelKey(event) {
      if (this.mode !== "launcher" || this.isConverting(event)) return;
      if (event.key === "Escape") {
        event.preventDefault();
        this.close();
      } else if (event.key === "Tab") {
        const stops = [...this.panel.querySelectorAll("a[href], button, textarea, summary, [tabindex='0']")].filter(
          (one) => !one.disabled && one.getClientRects().length,
        );
        const at = stops.indexOf(this.element.shadowRoot.activeElement);
        const edge = event.shiftKey ? 0 : stops.length - 1;
        if (at === edge || at < 0) {
          event.preventDefault();
          stops[event.shiftKey ? stops.length - 1 : 0].focus();
        }
      }
    }

    /** Whether a key belongs to the conversion of kana; Safari ends it just before it sends the key that ended it. */
    isConverting(event) {
      return event.isComposing || this.isComposing || event.keyCode === 229 || event.timeStamp - this.composedAt < 50;
    }

    onKey(event) {
      if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
      if (this.isConverting(event)) return;
      event.preventDefault();
      this.send();
    }

    onInput() {
      this.box.style.setProperty("height", "auto");
      this.box.style.setProperty("height", `${this.box.scrollHeight + 2}px`);
      if (!this.complaint.hidden) this.complain("");
    }

    complain(words) {
      this.complaint.textContent = words;
      this.complaint.hidden = !words;
    }

    // Asking

    send() {
      const question = this.box.value;
      if (!question.trim() || this.controller) return;
      if (!this.isTooLong(question)) {
        this.box.value = "";
        this.onInput();
        this.ask(question);
        if (matchMedia("(pointer: coarse)").matches) this.panel.focus({ preventScroll: true }); // puts the keyboard away
      }
    }

    isTooLong(question) {
      const length = Array.from(question.trim()).length;
      const limit = this.config.max_question;
      if (length > limit) this.complain(filled(this.words.too_long, { limit, length }));
      return length > limit;
    }

    /** Asks, shows what comes of it, and gives the answer; null when there is none. */
    async ask(asked) {
      const question = wellFormed(String(asked).trim());
      if (!(await this.ready) || !question || this.controller || this.isTooLong(question)) return null;
      const controller = (this.controller = new AbortController());
      this.tidy();
      const bubble = this.askedOf(question);
      const draft = this.draft();
      this.log.append(bubble, draft.element);
      this.log.scrollTop = bubble.offsetTop - 12;
      this.working(true);
      const body = { question, history: this.history(), lang: this.answersIn };
      try {
        const answer = await this.server.ask(body, this.memory.session, controller, draft.add);
        if (this.controller !== controller) return null;
        const exchange = { question, answer, rated: "" };
        this.memory.add(exchange);
        draft.element.remove();
        this.log.append(this.replyOf(exchange));
        tell(this.element, "answer", { question, status: answer.status, answer: answer.answer, language: answer.language, citations: answer.citations.map((one) => ({ ...one })) });
        return answer;
      } catch (error) {
        draft.element.remove();
        if (!(error instanceof Failure)) throw error;
        if (this.controller === controller) this.explain(error, question, bubble);
        return null;
      } finally {
        if (this.controller === controller) {
          this.controller = null;
          this.working(false);
          this.log.scrollTop = bubble.offsetTop - 12;
        }
      }
    }

    /** Takes away what fitted the last exchange only. */
    tidy() {
      this.log.querySelectorAll(".welcome, .chips:not(.chip-row), .retry").forEach((old) => old.remove());
      this.log.querySelectorAll(".chip-row").forEach((reasons) => (reasons.hidden = true));
    }

    history() {
      const turns = this.memory.exchanges.flatMap(({ question, answer }) => [
        { role: "user", content: firstCharacters(question, this.config.max_turn) },
        { role: "assistant", content: firstCharacters(answer.answer, this.config.max_turn) },
      ]);
      return turns.slice(-Math.min(this.config.max_history, 12));
    }

    stop() {
      this.controller?.abort();
    }

    renew() {
      this.stop();
      this.controller = null;
      this.working(false);
      this.complain("");
      this.memory.forget();
      if (!this.isRefused) this.greet();
      this.box.focus();
    }

    working(isWorking) {
      const hadFocus = [this.sendButton, this.stopButton].includes(this.element.shadowRoot.activeElement);
      this.sendButton.hidden = isWorking;
      this.stopButton.hidden = !isWorking;
      this.log.querySelectorAll(".chip").forEach((chip) => (chip.disabled = isWorking));
      if (hadFocus) this.box.focus();
    }

    // Showing

    askedOf(question) {
      return make("div", { class: "asked", lang: languageOf(question) }, make("span", { class: "unseen", lang: this.language }, this.words.you), question);
    }

    /** What has arrived so far; not read out, as the whole answer will be. */
    draft() {
      const text = make("div", { class: "text" }, make("p", {}));
      const dots = make("span", { class: "dots", "aria-hidden": "true" }, make("i"), make("i"), make("i"));
      const wait = make("p", { class: "wait" }, dots, this.words.searching);
      const element = make("div", { class: "reply draft", "aria-live": "off" }, wait);
      const add = (piece) => {
        if (!text.isConnected) element.prepend(text);
        text.firstChild.append(piece);
        text.lang = languageOf(text.textContent);
      };
      return { element, add };
    }

    replyOf(exchange) {
      const { answer } = exchange;
      const words = WORDS[answer.language];
      const isCalm = answer.status !== "answered";
      const head = isCalm ? make("p", { class: "status" }, words.status[answer.status]) : null;
      const body = make("div", { class: isCalm ? "calm" : "said" }, head, this.textOf(answer));
      const meta = [answer.as_of && filled(words.held, { date: spokenDate(answer.as_of, answer.language) })];
      const { extractive, official } = words;
      if (answer.status === "answered") meta.push({ extractive, official }[answer.engine] || words.written);
      const shown = meta.filter(Boolean).map((one) => make("span", {}, one));
      return make(
        "article",
        { class: "reply", lang: answer.language },
        body,
        this.valuesOf(answer, words),
        shown.length ? make("p", { class: "meta" }, ...shown) : null,
        this.sourcesOf(answer, words),
        answer.suggestions.length ? this.chips(answer.suggestions, words.choose) : null,
        this.config.feedback && answer.name && answer.status !== "declined" ? this.ratingOf(exchange) : null,
      );
    }

    /** The answer's paragraphs and lists; [1] becomes a button that leads to its source. */
    textOf(answer) {
      const text = make("div", { class: "text" });
      let value = answer.short_answer;
      const inline = (line) => {
        const parts = [];
        for (const piece of line.split(/(\s*\[\d{1,3}\])/)) {
          const marker = Number((/^\s*\[(\d+)\]$/.exec(piece) || [])[1]);
          if (answer.citations.some((citation) => citation.marker === marker)) {
            const label = filled(WORDS[answer.language].source, { marker });
            const mark = make("button", { type: "button", class: "mark", "aria-label": label, click: (event) => this.lead(event, marker) }, String(marker));
            // No line begins with a marker: it stays with the two characters before it.
            const before = typeof parts[parts.length - 1] === "string" ? parts.pop() : "";
            parts.push(before.slice(0, -2), make("span", { class: "together" }, before.slice(-2), mark));
          } else if (value && piece.includes(value)) {
            const at = piece.indexOf(value);
            parts.push(piece.slice(0, at), make("strong", {}, value), piece.slice(at + value.length));
            value = "";
          } else parts.push(piece);
        }
        return parts;
      };
      for (const block of answer.answer.split(/\n{2,}/)) {
        let list = null;
        for (const line of block.split("\n").filter((one) => one.trim())) {
          const item = /^\s*[-・•]\s+(.*)$/.exec(line);
          if (item) {
            list = list || text.appendChild(make("ul"));
            list.append(make("li", {}, ...inline(item[1])));
          } else {
            list = null;
            text.append(make("p", {}, ...inline(line)));
          }
        }
      }
      return text;
    }

    lead(event, marker) {
      const source = event.target.closest(".reply").querySelector(`[data-marker="${marker}"]`);
      this.log.scrollTop = source.offsetTop - 40;
      source.focus({ preventScroll: true });
    }

    valuesOf(answer, words) {
      if (!answer.superseded.length) return null;
      const when = (iso) => (iso ? make("small", {}, ` ${filled(words.was, { date: spokenDate(iso, answer.language) })}`) : null);
      const row = (label, value, iso) => make("li", {}, make("span", { class: "label" }, label), make("span", {}, value, when(iso)));
      const newestFirst = [...answer.superseded].sort((a, b) => (a.as_of < b.as_of ? 1 : -1));
      const earlier = newestFirst.map((old) => row(words.superseded, make("del", {}, old.value), old.as_of));
      const now = answer.short_answer ? row(words.current, make("strong", {}, answer.short_answer), answer.as_of) : null;
      const older = earlier.splice(OLD_VALUES);
      const more = make("summary", {}, filled(words.more_superseded, { count: older.length }));
      const folded = older.length ? make("details", {}, more, make("ul", {}, ...older)) : null;
      return make("div", { class: "values" }, make("ul", {}, now, ...earlier), folded);
    }

    /** Every source with title, date, page and link, in the open; its words too unless the answer holds them already. */
    sourcesOf(answer, words) {
      if (!answer.citations.length) return null;
      const bare = (text) => text.replace(/\s+/g, "");
      const said = bare(answer.answer);
      const items = answer.citations.map((citation) => {
        const { marker, title, url, published, page, quote } = citation;
        const language = languageOf(title);
        const name = url
          ? make("a", { href: url, target: "_blank", rel: "noopener noreferrer", lang: language }, title || url, icon("out"), make("span", { class: "unseen", lang: answer.language }, words.new_tab))
          : make("span", { lang: language }, title);
        const date = published ? make("time", { datetime: published }, spokenDate(published, answer.language)) : make("span", {}, words.undated);
        const facts = [date, page ? make("span", {}, filled(words.page, { page })) : null, url ? null : make("span", {}, words.no_original)];
        return make(
          "li",
          { class: "source", tabindex: "-1", "data-marker": String(marker), "aria-label": `${filled(words.source, { marker })}: ${title}` },
          make("span", { class: "number", "aria-hidden": "true" }, String(marker)),
          make("div", {}, make("p", { class: "title" }, name), make("p", { class: "meta" }, ...facts)),
          quote && !said.includes(bare(quote)) ? make("blockquote", { lang: languageOf(quote) }, quote) : null,
        );
      });
      return make("div", { class: "sources" }, make("h3", {}, words.sources), make("ol", {}, ...items));
    }

    chips(questions, label) {
      const buttons = questions.map((question) => make("button", { type: "button", class: "chip", lang: languageOf(question), click: () => this.choose(question) }, question));
      return make("div", { class: "chips" }, make("p", {}, label), ...buttons);
    }

    choose(question) {
      this.ask(question);
      // The button is gone or disabled now.
      (matchMedia("(pointer: coarse)").matches ? this.panel : this.box).focus({ preventScroll: true });
    }

    ratingOf(exchange) {
      const { words } = this;
      const said = make("p", { role: "status" });
      const thumbs = ["up", "down"].map((rating) =>
        make(
          "button",
          {
            type: "button",
            class: `thumb ${rating}`,
            "aria-label": rating === "up" ? words.helpful : words.unhelpful,
            title: rating === "up" ? words.helpful : words.unhelpful,
            "aria-pressed": String(exchange.rated === rating),
            click: () => rate(rating),
          },
          icon("up"),
        ),
      );
      const reasons = make(
        "div",
        { class: "chips chip-row", hidden: true },
        make("p", {}, words.why),
        ...Object.entries(words.reasons).map(([reason, label]) =>
          make("button", { type: "button", class: "chip", click: () => rate("down", reason) }, label),
        ),
      );
      const rate = async (rating, reason = "") => {
        try {
          const body = { answer_id: exchange.answer.name, rating, reason };
          const response = await this.server.post("feedback", this.memory.session, body);
          if (!response.ok) throw Failure.of(response.status);
        } catch {
          said.textContent = words.not_rated;
          return;
        }
        exchange.rated = rating;
        this.memory.save();
        thumbs.forEach((thumb) => thumb.setAttribute("aria-pressed", String(thumb.classList.contains(rating))));
        const isDone = rating === "up" || Boolean(reason);
        if (isDone && this.element.shadowRoot.activeElement?.closest(".chip-row")) thumbs[1].focus();
        reasons.hidden = isDone;
        said.textContent = words.thanks;
      };
      return make("div", { class: "rating", lang: this.language }, ...thumbs, said, reasons);
    }

    // When there is no answer

    noticeOf(text, ...more) {
      return make("div", { class: "notice" }, make("p", {}, text), ...more);
    }

    explain(failure, question, bubble) {
      const { words } = this;
      const { kind, seconds } = failure;
      const texts = {
        stopped: words.stopped,
        rate: seconds ? filled(words.rate, { wait: spokenWait(seconds, words) }) : words.rate_soon,
        down: words.down,
        invalid: words.invalid,
        denied: words.denied,
      };
      const canRetry = kind !== "denied" && kind !== "invalid";
      const notice = this.noticeOf(
        texts[kind],
        kind === "down" || kind === "denied" ? this.wayOut() : null,
        canRetry ? this.retryOf(question, bubble, kind === "rate" ? seconds : 0) : null,
      );
      this.log.append(notice);
      tell(this.element, "error", { status: kind });
    }

    retryOf(question, bubble, seconds) {
      const { words } = this;
      const again = make("button", { type: "button", class: "chip" }, words.retry);
      again.addEventListener("click", () => {
        bubble.remove();
        this.choose(question);
      });
      let left = Math.min(seconds, 24 * 3600);
      const count = () => {
        again.disabled = left > 0;
        again.textContent = left > 0 ? filled(words.retry_in, { wait: spokenWait(left, words) }) : words.retry;
        left -= 1;
        if (left >= 0 && this.element.widget === this) setTimeout(count, 1000);
      };
      if (left) count();
      return make("p", { class: "retry", "aria-live": "off" }, again);
    }

    /** A link to where the same is to be read without the assistant. */
    wayOut() {
      const list = webLink(this.options.announcementsUrl);
      const path = string(this.config.faq[this.language]).replace(/^\//, ""); // the server may stand below a path
      const faq = path ? new URL(path, this.server.base).href : "";
      if (!list && !faq) return null;
      return make("p", {}, make("a", { href: list || faq, target: "_blank", rel: "noopener noreferrer" }, list ? this.words.announcements : this.words.faq));
    }

    destroy() {
      this.stop();
      this.controller = null;
      window.visualViewport?.removeEventListener("resize", this.onResize);
      window.visualViewport?.removeEventListener("scroll", this.onResize);
      this.element.shadowRoot.replaceChildren();
    }
  }

  // The element and the page's interface -------------------------------------------------------------------------

  const elements = new Set();
  let launcher = null;

  class AnnouncementsAssistantElement extends HTMLElement {
    connectedCallback() {
      elements.add(this);
      if (this.widget) return; // moved
      if (this.dataset.mode !== "launcher") this.dataset.mode = "inline";
      this.widget = new Widget(this, { ...defaults(), ...this.dataset });
    }

    disconnectedCallback() {
      elements.delete(this);
      queueMicrotask(() => {
        if (!this.isConnected) this.widget?.stop();
      });
    }

    open() {
      this.widget?.open();
    }

    close() {
      this.widget?.close();
    }

    ask(question) {
      return this.widget ? this.widget.ask(question) : Promise.resolve(null);
    }
  }

  const primary = () => launcher || [...elements][0];

  const api = {
    /** Opens the launcher's panel. */
    open: () => launcher?.open(),
    /** Closes it; an answer under way is stopped. */
    close: () => launcher?.close(),
    /** Asks in the launcher's panel, or in the first assistant inside the page; gives the answer, or null. */
    async ask(question) {
      const element = primary();
      if (!element?.widget || !(await element.widget.ready)) return null;
      element.open();
      return element.ask(question);
    },
    /** Calls `listener` at "ready", "open", "close", "answer" or "error"; gives a function that ends this. */
    on(name, listener) {
      if (!listeners.has(name)) listeners.set(name, new Set());
      listeners.get(name).add(listener);
      return () => listeners.get(name).delete(listener);
    },
    /** Takes every assistant off the page; loading the script again brings them back. */
    destroy() {
      for (const element of [...elements]) {
        element.widget?.destroy();
        element.widget = null;
      }
      launcher?.remove();
      launcher = null;
      listeners.clear();
      delete window.AnnouncementsAssistant;
    },
  };

  /** Begins, or begins again after `destroy`, with what the script's tag says. */
  function begin(script) {
    loader = script;
    window.AnnouncementsAssistant = Object.freeze({ ...api });
    for (const element of elements) element.connectedCallback();
    if (loader.dataset.mode === "inline") return;
    const add = () => {
      if (launcher || !window.AnnouncementsAssistant) return;
      launcher = document.createElement(TAG);
      launcher.dataset.mode = "launcher";
      document.body.append(launcher);
    };
    // An async script may run before there is a body.
    document.body ? add() : document.addEventListener("DOMContentLoaded", add, { once: true });
  }

  AnnouncementsAssistantElement.begin = begin;
  customElements.define(TAG, AnnouncementsAssistantElement);
  begin(loader);
})();
