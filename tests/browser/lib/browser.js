// Chromium, and what people do in the page. A page that complains (an exception, a refusal of its
// content policy, a request to elsewhere) fails its test.

import { createRequire } from 'node:module';

const { chromium } = createRequire(process.env.PACKAGES + '/')('playwright-core');
const DEADLINE_MS = Number(process.env.TEST_DEADLINE ?? 15) * 1000;
// What Chromium says of a line that is broken or refused on purpose.
const EXPECTED = /WebSocket connection to .* failed|net::ERR_|status of (403|429|503) /;

export class Browser {
    #faults = [];

    async start() {
        this.browser = await chromium.launch({ executablePath: process.env.BROWSER,
            args: ['--disable-dev-shm-usage', ...process.getuid() === 0 ? ['--no-sandbox'] : []] });
    }

    async stop() {
        await this.browser.close();
    }

    // clock: what the page takes for the present when it begins; then context().clock moves it.
    async page(server, { init = null, clock = null, ...options } = {}) {
        const context = await this.browser.newContext({ locale: 'en-GB', timezoneId: 'Asia/Shanghai',
            viewport: { width: 1200, height: 700 }, ...options });
        context.setDefaultTimeout(DEADLINE_MS);
        if (clock !== null) {
            await context.clock.install({ time: clock });
        }
        if (init) {
            await context.addInitScript(init);
        }
        return this.tab(context, server);
    }

    async tab(context, server) {
        const page = await context.newPage();
        page.on('pageerror', (error) => this.#faults.push('exception: ' + error.stack));
        page.on('console', (message) => {
            if (['error', 'warning'].includes(message.type()) && !EXPECTED.test(message.text())) {
                this.#faults.push('console: ' + message.text());
            }
        });
        page.on('request', (request) => {
            const { protocol, origin } = new URL(request.url());
            if (protocol !== 'data:' && origin !== new URL(server.url()).origin) {
                this.#faults.push('request to ' + request.url());
            }
        });
        await page.goto(server.url());
        await page.waitForSelector('#signin-nick:focus, #app:not([hidden])');
        return page;
    }

    checkPages() {
        const faults = this.#faults.splice(0);
        if (faults.length > 0) {
            throw new Error(faults.join('\n'));
        }
    }

    forget() {
        this.#faults = [];
    }
}

// What people do

export async function signIn(page, nick) {
    await page.fill('#signin-nick', nick);
    await page.press('#signin-nick', 'Enter');
    await page.waitForSelector('#app:not([hidden])');
    await page.waitForSelector('#signin', { state: 'hidden' });
    await page.waitForSelector(`.person[data-nick="${nick}"]`, { state: 'attached' });
}

export async function say(page, text) {
    await page.fill('#composer-text', text);
    await page.press('#composer-text', 'Enter');
}

export async function openRoom(page, name) {
    await page.locator('.conversation-open', { hasText: name }).first().click();
    await page.waitForFunction((wanted) => document.getElementById('head-name').textContent === wanted, name);
}

export async function join(page, room) {
    await say(page, '/join ' + room);
    await page.waitForFunction((wanted) => document.getElementById('head-name').textContent === wanted, room);
}

// What they see

// The texts of the messages in the list, oldest first.
export function texts(page) {
    return page.$$eval('#rows .message-text', (all) => all.map((one) => one.textContent));
}

// Waits until the last messages of the list are these, acknowledged.
export async function sees(page, ...wanted) {
    try {
        await page.waitForFunction((expected) => {
            const all = [...document.querySelectorAll('#rows .message')].slice(-expected.length);
            return all.length === expected.length && all.every((one, i) => !one.classList.contains('pending')
                && one.querySelector('.message-text').textContent === expected[i]);
        }, wanted);
    } catch (error) {
        throw new Error(`expected ${JSON.stringify(wanted)}, got ${JSON.stringify((await texts(page)).slice(-8))}`,
            { cause: error });
    }
}

// Waits until an element has this text.
export async function shows(page, selector, wanted) {
    try {
        await page.waitForFunction(([where, text]) => {
            const element = document.querySelector(where);
            return element && !element.hidden && element.textContent === text;
        }, [selector, wanted]);
    } catch (error) {
        const got = await page.$eval(selector, (one) => one.textContent).catch(() => null);
        throw new Error(`${selector}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`, { cause: error });
    }
}

// Lets the page draw what it has to.
export function frames(page, count = 3) {
    return page.evaluate(async (n) => {
        for (let i = 0; i < n; i += 1) {
            await new Promise((resolve) => requestAnimationFrame(resolve));
        }
    }, count);
}

// Where the list stands: {top, below: pixels under the screen}
export function place(page) {
    return page.$eval('#messages', (list) => ({ top: list.scrollTop,
        below: list.scrollHeight - list.scrollTop - list.clientHeight }));
}

// Where a message stands on the screen; null when it is not in the document.
export function topOf(page, text) {
    return page.$$eval('#rows .message', (all, wanted) => {
        const found = all.find((one) => one.querySelector('.message-text').textContent === wanted);
        return found ? Math.round(found.getBoundingClientRect().top) : null;
    }, text);
}

export async function scrollUp(page, pixels) {
    await page.hover('#messages');
    await page.mouse.wheel(0, -pixels);
    await page.waitForFunction(() => {
        const list = document.getElementById('messages');
        return list.scrollHeight - list.scrollTop - list.clientHeight > 24;
    });
    await frames(page);
}
