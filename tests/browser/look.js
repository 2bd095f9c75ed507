// How the page looks and behaves for everybody: small screens, languages, colours, screen readers;
// and that nobody can put anything into it but text.

import assert from 'node:assert/strict';
import { frames, join, openRoom, say, sees, shows, signIn, texts } from './lib/browser.js';
import { run } from './lib/tap.js';

const ATTEMPTS = [
    '<img src=x onerror="window.harmed=1">',
    '<script>window.harmed=1</script>',
    '"><svg onload=window.harmed=1>',
    '<a href="javascript:window.harmed=1">click</a>',
    '{{constructor.constructor("window.harmed=1")()}}',
    '<b>bold</b> &lt;i&gt; &amp;',
];

// The contrast of an element's letters with what is behind them (WCAG 2, relative luminance).
function contrastOf(page, selector) {
    return page.$eval(selector, (element) => {
        const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
        const rgb = (colour) => {
            canvas.clearRect(0, 0, 1, 1);
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data];
        };
        const luminance = ([r, g, b]) => [r, g, b].map((v) => v / 255)
            .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        let ground = element;
        while (rgb(getComputedStyle(ground).backgroundColor)[3] < 255) {
            ground = ground.parentElement;
        }
        const [a, b] = [luminance(rgb(getComputedStyle(element).color)),
            luminance(rgb(getComputedStyle(ground).backgroundColor))].sort((x, y) => y - x);
        return (a + 0.05) / (b + 0.05);
    });
}

await run({
    async 'what people write stays text'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        const bob = await context.telnet(server, 'bob');
        await signIn(ann, 'ann');
        for (const attempt of ATTEMPTS) {
            bob.say(attempt);
        }
        await sees(ann, ...ATTEMPTS);
        await say(ann, '/topic ' + ATTEMPTS[0]);
        await shows(ann, '#head-topic', ATTEMPTS[0]);
        await ann.click('#search-open');
        await ann.fill('#search-text', 'onerror');
        await ann.waitForFunction(async () => {
            document.getElementById('search-form').requestSubmit();
            await new Promise((resolve) => setTimeout(resolve, 100));
            return document.querySelector('.result') !== null;
        });
        await frames(ann, 10);
        assert.equal(await ann.$$eval('#rows img, #rows script, #rows svg, #rows b, #app [onerror]',
            (all) => all.length), 0);
        assert.equal(await ann.evaluate(() => window.harmed), undefined);
        // Nicks that the server allows may still have quotes and the like.
        const odd = await context.telnet(server);
        odd.send(`login o"d'd&amp;`);
        await ann.waitForFunction(() => [...document.querySelectorAll('.person-name')].some((one) =>
            one.textContent === `o"d'd&amp;`));
    },

    async 'the content policy lets nothing in, and nothing out'(context) {
        const server = await context.server();
        const answer = await fetch(server.url());
        const policy = Object.fromEntries(answer.headers.get('content-security-policy').split(';').map((part) => {
            const [name, ...values] = part.trim().split(' ');
            return [name, values.join(' ')];
        }));
        const { host } = new URL(server.url());
        assert.deepEqual(policy, { 'default-src': "'none'", 'script-src': "'self'", 'style-src': "'self'",
            'img-src': "'self' data:", 'font-src': "'self'", 'connect-src': `'self' ws://${host} wss://${host}`,
            'manifest-src': "'self'", 'base-uri': "'none'", 'form-action': "'none'", 'frame-ancestors': "'none'" });
        const ann = await context.page(server);
        await signIn(ann, 'ann');
        const refused = await ann.evaluate(async () => {
            const found = [];
            document.addEventListener('securitypolicyviolation', (event) => found.push(event.effectiveDirective));
            const script = document.createElement('script');
            script.textContent = 'window.harmed = 1';
            document.body.append(script);
            const image = document.createElement('img');
            image.setAttribute('onerror', 'window.harmed = 1');
            image.src = 'https://example.org/x.png';
            document.body.append(image);
            const style = document.createElement('style');
            style.textContent = 'body { display: none }';
            document.body.append(style);
            const frame = document.createElement('iframe');
            frame.src = 'https://example.org/';
            document.body.append(frame);
            await fetch('https://example.org/').catch(() => {});
            await new Promise((resolve) => setTimeout(resolve, 200));
            return found.sort();
        });
        assert.deepEqual([...new Set(refused)], ['connect-src', 'frame-src', 'img-src', 'script-src-attr',
            'script-src-elem', 'style-src-elem']);
        assert.equal(await ann.evaluate(() => window.harmed), undefined);
        context.browser.forget(); // what the browser said of it
    },

    async 'text that runs from right to left'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        const bob = await context.telnet(server, 'bob');
        await signIn(ann, 'ann');
        bob.say('שלום?');
        bob.say('hello?');
        await sees(ann, 'שלום?', 'hello?');
        assert.deepEqual(await ann.$$eval('.message-text', (all) => all.map((one) => getComputedStyle(one).direction)),
            ['rtl', 'ltr']);
        await context.telnet(server, 'עברית');
        await ann.waitForSelector('.person[data-nick="עברית"] bdi');
    },

    async 'links are safe, and end where the sentence does'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        await signIn(ann, 'ann');
        await say(ann, 'see https://example.org/a_(b)?c=d#e, and (http://example.com/x). javascript:alert(1) '
            + 'data:text/html,x file:///etc/passwd https://user:pw@example.org/ 看https://例子.cn/茶。');
        await ann.waitForSelector('#rows .message:not(.pending) a');
        const links = await ann.$$eval('#rows a', (all) => all.map((one) => [one.textContent, one.href, one.rel, one.target]));
        const rest = ['noopener noreferrer', '_blank'];
        assert.deepEqual(links, [
            ['https://example.org/a_(b)?c=d#e', 'https://example.org/a_(b)?c=d#e', ...rest],
            ['http://example.com/x', 'http://example.com/x', ...rest],
            ['https://例子.cn/茶', 'https://xn--fsqu00a.cn/%E8%8C%B6', ...rest],
        ]);
    },

    async 'only new messages are read out'(context) {
        const server = await context.server();
        const bob = await context.telnet(server, 'bob');
        for (let i = 1; i <= 100; i += 1) {
            bob.say(`old ${i}`);
        }
        await bob.expect('bob: old 100');
        const ann = await context.page(server);
        await signIn(ann, 'ann');
        await sees(ann, 'old 100');
        await ann.hover('#messages');
        for (let i = 0; i < 200 && !(await texts(ann)).includes('old 1'); i += 1) {
            await ann.mouse.wheel(0, -800);
            await frames(ann, 1);
        }
        assert.equal(await ann.getAttribute('#messages', 'aria-live'), 'off');
        assert.equal(await ann.getAttribute('#messages', 'role'), 'log');
        assert.equal(await ann.getAttribute('#announcer', 'aria-live'), 'polite');
        assert.equal(await ann.textContent('#announcer'), '');
        bob.say('new');
        await shows(ann, '#announcer p', 'bob says: new');
        await say(ann, 'my own');
        await bob.expect('ann: my own');
        assert.equal(await ann.$$eval('#announcer p', (all) => all.length), 1);
    },

    async 'everything has a name for those who do not see it'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        await signIn(ann, 'ann');
        const nameless = await ann.$$eval('button, input, textarea, nav, aside, [role="log"]', (all) => all
            .filter((one) => one.checkVisibility() && !one.textContent.trim() && !one.getAttribute('aria-label')
                && !one.getAttribute('aria-labelledby') && !one.labels?.length)
            .map((one) => one.outerHTML.slice(0, 120)));
        assert.deepEqual(nameless, []);
        assert.equal(await ann.$$eval('main', (all) => all.filter((one) => one.checkVisibility()).length), 1);
    },

    async 'in Chinese'(context) {
        const server = await context.server();
        const hong = await context.page(server, { locale: 'zh-CN' });
        await shows(hong, '#signin-title', '欢迎来到 Teahouse');
        await shows(hong, '#signin-go', '进入');
        await signIn(hong, '小红');
        assert.match(await hong.getAttribute('html', 'lang'), /^zh/);
        const bob = await context.telnet(server, 'bob');
        await shows(hong, '#rows .events', 'bob 进来了');
        bob.say('小红,你好');
        await sees(hong, '小红,你好');
        assert.equal(await hong.textContent('#rows mark'), '小红');
        assert.equal(await hong.textContent('#rows .day'), '今天');
        // The server's sentences too.
        await say(hong, '/nick bob');
        await hong.waitForFunction(() => /[\u4e00-\u9fff]/.test(document.querySelector('.toast')?.textContent ?? ''));
        const left = await hong.evaluate(() => [...document.querySelectorAll('#app *')].filter((one) =>
            one.children.length === 0 && /^[A-Z][a-z]+ [a-z]+/.test(one.textContent)).map((one) => one.textContent));
        assert.deepEqual(left, []);
    },

    async 'dark and light, with contrast'(context) {
        const server = await context.server();
        for (const colorScheme of ['light', 'dark']) {
            const page = await context.page(server, { colorScheme });
            for (const selector of ['.signin-title', '.signin-hint', '#signin-go']) {
                const contrast = await contrastOf(page, selector);
                assert.ok(contrast >= 4.5, `${colorScheme} ${selector}: ${contrast}`);
            }
            await signIn(page, 'in-' + colorScheme);
            await say(page, 'hello https://example.org/');
            await sees(page, 'hello https://example.org/');
            const light = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/)[0] > 127);
            assert.equal(light, colorScheme === 'light');
            for (const selector of ['.message-text', '.message-time', '.message a', '.head-topic', '.tag', '.day',
                '.sidebar-heading h2', '.conversation.active .conversation-name', '.sidebar-hint']) {
                const contrast = await contrastOf(page, selector);
                assert.ok(contrast >= 4.5, `${colorScheme} ${selector}: ${contrast}`);
            }
            // Every hue of nicks
            await page.evaluate(() => {
                for (let i = 0; i < 12; i += 1) {
                    const one = document.createElement('span');
                    one.className = 'nick hue-' + i;
                    one.textContent = 'nick';
                    one.id = 'hue-' + i;
                    document.querySelector('.message-main').append(one);
                }
            });
            for (let i = 0; i < 12; i += 1) {
                const contrast = await contrastOf(page, '#hue-' + i);
                assert.ok(contrast >= 4.5, `${colorScheme} hue ${i}: ${contrast}`);
            }
        }
    },

    async 'on a phone'(context) {
        const server = await context.server();
        const page = await context.page(server, { viewport: { width: 360, height: 640 }, isMobile: true, hasTouch: true });
        const bob = await context.telnet(server, 'bob');
        const fits = () => page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth);
        assert.ok(await fits());
        await signIn(page, 'ann');
        await say(page, 'a'.repeat(300) + ' https://example.org/' + 'b'.repeat(200));
        await bob.expect('bbb');
        await page.waitForSelector('#rows a');
        assert.ok(await fits());
        await page.waitForSelector('#sidebar', { state: 'hidden' });
        await page.waitForSelector('#people-panel', { state: 'hidden' });
        await join(page, 'tea');
        bob.say('over here');
        await page.waitForSelector('#sidebar-badge:not([hidden])');
        await page.click('#sidebar-open');
        await page.waitForSelector('#sidebar', { state: 'visible' });
        assert.ok(await fits());
        await openRoom(page, 'lobby');
        await page.waitForSelector('#sidebar', { state: 'hidden' });
        await sees(page, 'over here');
        await page.click('#people-open');
        await page.waitForSelector('.person[data-nick="bob"]', { state: 'visible' });
        await page.touchscreen.tap(10, 320);
        await page.waitForSelector('#people-panel', { state: 'hidden' });
        // What is to be touched is large enough.
        const small = await page.$$eval('button', (all) => all.filter((one) => one.checkVisibility()
            && !one.matches('.nick, .head-topic, .skip')).map((one) => [one.id, one.getBoundingClientRect()])
            .filter(([, box]) => box.width > 0 && (box.width < 36 || box.height < 36)).map(([id]) => id));
        assert.deepEqual(small, []);
    },

    async 'mentions are notified when that is wished for'(context) {
        const server = await context.server();
        const page = await context.page(server, { permissions: ['notifications'], init: () => {
            window.notified = [];
            window.Notification = class {
                static permission = 'granted';

                static async requestPermission() {
                    return 'granted';
                }

                constructor(title, { body }) {
                    window.notified.push(`${title}: ${body}`);
                }
            };
        } });
        const bob = await context.telnet(server, 'bob');
        await signIn(page, 'ann');
        await join(page, 'tea');
        bob.say('ann, not yet');
        await shows(page, '.conversation:first-child .badge > :first-child', '@1');
        await page.click('#me');
        await page.click('.menu-item >> text=Notify me of mentions');
        bob.say('annual things');
        bob.say('ann, now');
        await page.waitForFunction(() => window.notified.length > 0);
        assert.deepEqual(await page.evaluate(() => window.notified), ['bob · lobby: ann, now']);
        // What is said in private too; not what is being read, nor once it is not wished for any more.
        bob.send('msg ann psst');
        await page.waitForFunction(() => window.notified.length === 2);
        await openRoom(page, 'lobby');
        await page.bringToFront();
        bob.say('ann, you see this');
        await sees(page, 'ann, now', 'ann, you see this');
        await page.click('#me');
        await page.click('.menu-item >> text=Stop notifying me');
        await openRoom(page, 'tea');
        bob.say('ann, and this is quiet');
        await shows(page, '.conversation:first-child .badge > :first-child', '@1');
        assert.deepEqual(await page.evaluate(() => window.notified), ['bob · lobby: ann, now', 'bob: psst']);
    },

    async 'a browser that forbids notifications is not asked for them'(context) {
        const server = await context.server();
        const page = await context.page(server, { init: () => {
            window.Notification = class {
                static permission = 'default';

                static async requestPermission() {
                    this.permission = 'denied';
                    return 'denied';
                }

                constructor() {
                    throw new Error('not allowed');
                }
            };
        } });
        const bob = await context.telnet(server, 'bob');
        await signIn(page, 'ann');
        await join(page, 'tea');
        await page.click('#me');
        await page.click('.menu-item >> text=Notify me of mentions');
        await shows(page, '.toast', 'The browser does not allow notifications for this page.');
        bob.say('ann, hello');
        await shows(page, '.conversation:first-child .badge > :first-child', '@1');
        await page.click('#me');
        await page.waitForSelector('.menu-item');
        assert.equal(await page.$$eval('.menu-item', (all) => all.filter((one) => one.textContent.includes('otif')).length), 0);
    },
});
