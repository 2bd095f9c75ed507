// Takes the pictures of docs/images, or of everything that there is to look at:
//
//   run.py shoot.js                    docs/images/page-*.png
//   run.py shoot.js FOLDER [NAME...]   all scenes, or those with NAME in their names, in each language,
//                                      colour scheme and size, into FOLDER
//
// The people in them are made up; the times are too, so that each run shows the same.

import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Browser, frames, join, say, scrollUp, sees, signIn } from './lib/browser.js';
import { Context } from './lib/tap.js';

const IMAGES = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../docs/images');
const NOW = Date.UTC(2026, 2, 12, 7, 42); // 15:42 at Shanghai
const WIDE = { width: 1200, height: 760 };
const PHONE = { width: 390, height: 780 };

const TALK = {
    en: [
        ['mei', 'Good morning! The spring harvest has come in: the first Longjing is here.'],
        ['bob', 'what does it taste like this year?'],
        ['mei', 'Chestnut, and a little sweet. Water at 80 °C, not more.'],
        ['mei', 'Notes from the tasting: https://example.org/longjing-2026'],
        ['oskar', 'I had it with boiling water yesterday. Never again 😅'],
        ['bob', 'ann: are you coming to the tasting on Friday?'],
        ['bob', 'we need someone who can tell oolong from green tea with closed eyes'],
        ['ann', 'I will be there, with two cups and no excuses.'],
        ['bob', '👍'],
        ['mei', 'Then we are six. Seven o\'clock, bring your own cup.'],
    ],
    zh: [
        ['小梅', '早上好！今年的春茶到了，头一批龙井。'],
        ['老王', '今年味道怎么样？'],
        ['小梅', '有栗子香，微甜。水温八十度，别再高了。'],
        ['小梅', '品茶笔记：https://example.org/longjing-2026'],
        ['oskar', '我昨天用开水泡的，再也不敢了 😅'],
        ['老王', '小安，周五的茶会你来吗？'],
        ['老王', '我们缺一个闭着眼也能分清乌龙和绿茶的人'],
        ['小安', '来，带两个杯子，绝不找借口。'],
        ['老王', '👍'],
        ['小梅', '那就是六个人。晚上七点，请自带茶杯。'],
    ],
};
const ODD = [
    'function steep(leaves, seconds) {\n    if (seconds > 60) {\n        return "bitter";\n    }\n    return `${leaves} × ${seconds}`;\n}',
    'https://example.org/' + 'a-very-long-address/'.repeat(9),
    'x'.repeat(240),
    'שלום לכולם, מישהו רוצה תה? (and some English)',
    'مرحبا، هل يوجد شاي أخضر اليوم؟',
    '<script>alert("text stays text")</script> & "quotes"',
    'one\n\n\nfour lines with holes',
    '🍵🫖',
];
const WORDS = {
    en: { me: 'ann', tea: 'tea', book: 'books', topic: 'Green tea, oolong and everything to drink it from',
        lobby: 'Come in, sit down', psst: 'Psst - shall we bring a cake?', draft: 'I was about to say', search: 'water' },
    zh: { me: '小安', tea: '茶', book: '读书会', topic: '绿茶、乌龙，以及一切喝茶的器具',
        lobby: '请进，请坐', psst: '嘘——我们带个蛋糕吧？', draft: '我正想说', search: '龙井' },
};
const LOCALES = { en: 'en-GB', zh: 'zh-CN' };

// In the page: times as if the talk had begun yesterday evening.
const TIMES = (now) => {
    const Real = window.WebSocket;
    const before = (seq) => seq <= 4 ? now - 20 * 3600000 + seq * 150000 : now - 26 * 60000 + seq * 97000;
    const rewrite = (one) => ({ ...one, at: Math.min(now, before(one.seq)) });
    window.WebSocket = class extends Real {
        set onmessage(listener) {
            super.onmessage = (event) => {
                const it = JSON.parse(event.data);
                const data = Array.isArray(it.messages) ? { ...it, messages: it.messages.map(rewrite) }
                    : it.seq !== undefined && it.text !== undefined ? rewrite(it) : it.at !== undefined ? { ...it, at: now } : it;
                listener({ data: JSON.stringify(data) });
            };
        }
    };
};

// Somebody at another door, who is only heard.
const TELNET = { login: (nick) => `login ${nick}\r\n`, join: (room) => `join ${room}\r\n`, say: (text) => `say ${text}\r\n`,
    tell: (nick, text) => `msg ${nick} ${text}\r\n` };
const NATIVE = { login: (nick) => `{"type":"login","nick":"${nick}"}\n`, join: (room) => `{"type":"join","room":"${room}"}\n`,
    say: (text) => JSON.stringify({ type: 'say', text }) + '\n' };
const DOORS = { mei: 'native', '小梅': 'native' };

class Voice {
    constructor(server, nick) {
        const door = DOORS[nick] ?? 'line-english';
        this.words = door === 'native' ? NATIVE : TELNET;
        this.socket = net.connect(server.port(door), '127.0.0.1');
        this.socket.on('error', () => {}).resume();
        this.socket.write(this.words.login(nick));
    }

    join(room) {
        this.socket.write(this.words.join(room));
    }

    say(text) {
        this.socket.write(this.words.say(text));
    }

    tell(nick, text) {
        this.socket.write(this.words.tell(nick, text));
    }
}

// A house with people in it, and a page of one of them.
class House {
    constructor(context, language, options) {
        Object.assign(this, { context, language, options });
        this.words = WORDS[language];
        this.speakers = new Map();
    }

    async open() {
        this.server = await this.context.server('--set', 'replay-lines=40');
        const talk = TALK[this.language];
        for (const nick of new Set(talk.map(([name]) => name))) {
            if (nick !== this.words.me) {
                const voice = new Voice(this.server, nick);
                this.context.defer(() => voice.socket.destroy());
                await new Promise((resolve) => voice.socket.once('data', resolve));
                voice.join(this.words.tea);
                this.speakers.set(nick, voice);
            }
        }
        await this.newPage();
    }

    async newPage() {
        this.page = await this.context.page(this.server, { locale: LOCALES[this.language], clock: NOW,
            init: `(${TIMES})(${NOW})`, deviceScaleFactor: 1, ...this.options });
    }

    async enter() {
        const { page, words } = this;
        await signIn(page, words.me);
        await say(page, `/topic ${words.lobby}`);
        await join(page, words.book);
        await join(page, words.tea);
        await say(page, `/topic ${words.topic}`);
        await page.waitForFunction((topic) => document.getElementById('head-topic').textContent === topic, words.topic);
    }

    async talk(lines = TALK[this.language]) {
        for (const [nick, text] of lines) {
            if (nick === this.words.me) {
                await say(this.page, text);
            } else {
                this.speakers.get(nick).say(text);
            }
            await sees(this.page, text);
        }
    }

    // What happens elsewhere meanwhile.
    async elsewhere() {
        const second = [...this.speakers.values()][1];
        second.join('lobby');
        second.say('hello lobby');
        second.say('anybody here?');
        second.tell(this.words.me, this.words.psst);
        await this.page.waitForSelector('#privates .badge', { state: 'attached' });
        await this.page.waitForSelector('#rooms .badge', { state: 'attached' });
    }

    async type() {
        const other = await this.context.page(this.server, { locale: 'en-GB' });
        await signIn(other, 'robin');
        await join(other, this.words.tea);
        await other.type('#composer-text', 'h');
        await this.page.waitForFunction(() => document.getElementById('typing').textContent.includes('robin'));
    }

    async shoot(file) {
        await this.page.mouse.move(2, 2);
        await frames(this.page, 4);
        await this.page.waitForTimeout(250); // what slides in has arrived
        await this.page.screenshot({ path: file });
    }
}

async function lively(house) {
    await house.open();
    await house.enter();
    await house.talk();
    await house.elsewhere();
}

const SCENES = {
    async signin(house) {
        await house.open();
    },
    async 'signin-error'(house) {
        await house.open();
        await house.page.fill('#signin-nick', [...house.speakers.keys()][0]);
        await house.page.press('#signin-nick', 'Enter');
        await house.page.waitForFunction(() => document.getElementById('signin-error').textContent !== '');
    },
    async empty(house) {
        await house.open();
        await signIn(house.page, house.words.me);
        await join(house.page, house.words.book);
    },
    async talk(house) {
        await lively(house);
        await house.type();
    },
    async search(house) {
        await lively(house);
        await house.page.click('#search-open');
        await house.page.fill('#search-text', house.words.search);
        await house.page.waitForFunction(async () => {
            document.getElementById('search-form').requestSubmit();
            await new Promise((resolve) => setTimeout(resolve, 100));
            return document.querySelector('.result') !== null;
        });
    },
    async emoji(house) {
        await lively(house);
        await house.page.fill('#composer-text', house.words.draft);
        await house.page.click('#emoji-open');
    },
    async broken(house) {
        await lively(house);
        await house.server.kill();
        await say(house.page, house.words.draft);
        await house.page.context().clock.fastForward(4000);
        await house.page.waitForSelector('#bar:not([hidden])');
    },
    async news(house) {
        await lively(house);
        const [voice] = house.speakers.values();
        for (let i = 1; i <= 40; i += 1) {
            voice.say(`${i} ${TALK[house.language][i % 10][1]}`);
        }
        await house.page.waitForFunction(() => document.querySelectorAll('#rows .message').length > 45);
        await scrollUp(house.page, 900);
        for (let i = 1; i <= 5; i += 1) {
            voice.say(`new ${i}`);
        }
        await house.page.waitForSelector('#to-newest.news');
    },
    async private(house) {
        await lively(house);
        await say(house.page, `/msg ${[...house.speakers.keys()][1]} ${house.words.draft}`);
    },
    async odd(house) {
        await lively(house);
        for (const text of ODD) {
            await say(house.page, text);
        }
        await house.page.waitForSelector('#rows .message:not(.pending) .large >> nth=-1');
        const long = await house.context.telnet(house.server, 'a-name-of-thirty-two-characters-');
        long.send(`join ${house.words.tea}`);
        long.say('a long name');
        await sees(house.page, 'a long name');
        await say(house.page, '/join a-room-with-a-rather-long-name-that-does-not-fit');
        await say(house.page, '/join ' + house.words.tea);
    },
    async menu(house) {
        await lively(house);
        await house.page.click('#rows .nick >> nth=0');
    },
    async options(house) {
        await lively(house);
        if (!await house.page.isVisible('#me')) {
            await house.page.click('#sidebar-open');
        }
        await house.page.click('#me');
    },
    async help(house) {
        await lively(house);
        await house.page.keyboard.press('F1');
        await house.page.waitForSelector('dialog[open]');
    },
    async rooms(house) {
        await lively(house);
        await say(house.page, '/rooms');
        await house.page.waitForSelector('dialog .choice');
    },
    async sidebar(house) {
        await lively(house);
        if (await house.page.isVisible('#sidebar-open')) {
            await house.page.click('#sidebar-open');
        }
    },
    async people(house) {
        await lively(house);
        if (!await house.page.isVisible('#people-panel')) {
            await house.page.click('#people-open');
        }
    },
    async failed(house) {
        await lively(house);
        await say(house.page, '/msg nobody hello?');
        await house.page.waitForSelector('.message.failed');
    },
};

const PICTURES = [
    { file: 'page-light.png', scene: 'talk', language: 'en', colorScheme: 'light', viewport: WIDE },
    { file: 'page-dark-zh.png', scene: 'talk', language: 'zh', colorScheme: 'dark', viewport: WIDE },
    { file: 'page-phone.png', scene: 'talk', language: 'en', colorScheme: 'light', viewport: PHONE },
];

function everything(folder, names) {
    const all = [];
    for (const scene of Object.keys(SCENES)) {
        for (const [size, viewport] of [['wide', WIDE], ['phone', PHONE]]) {
            for (const [language, colorScheme] of [['en', 'light'], ['zh', 'dark']]) {
                const name = `${scene}-${size}-${language}-${colorScheme}.png`;
                if (names.length === 0 || names.some((part) => name.includes(part))) {
                    all.push({ file: path.join(folder, name), scene, language, colorScheme, viewport });
                }
            }
        }
    }
    return all;
}

const [folder, ...names] = process.argv.slice(2);
const browser = new Browser();
await browser.start();
fs.mkdirSync(folder ?? IMAGES, { recursive: true });
for (const { file, scene, language, colorScheme, viewport } of folder ? everything(folder, names) : PICTURES) {
    const context = new Context(browser);
    const phone = viewport === PHONE;
    const house = new House(context, language, { colorScheme, viewport, isMobile: phone, hasTouch: phone,
        deviceScaleFactor: !folder && phone ? 1.5 : 1 });
    try {
        await SCENES[scene](house);
        const target = folder ? file : path.join(IMAGES, file);
        await house.shoot(target);
        console.log(target);
        await context.end();
    } catch (error) {
        process.exitCode = 1;
        console.error(`${file}: ${error.stack}`);
        browser.forget();
        await context.end().catch(() => {});
    }
}
await browser.stop();
