// One who chats in the page and does what standard input says, a JSON object a line: {"say":TEXT} or
// {"hears":TEXT}. Each is answered by a line "done" when it has come to pass.
//
// usage: person.js URL NICK; the environment as for the tests (run.py)

import process from 'node:process';
import { createInterface } from 'node:readline';
import { Browser, say, signIn } from './lib/browser.js';

const [url, nick] = process.argv.slice(2);
const browser = new Browser();
await browser.start();
try {
    const page = await browser.page({ url: () => url });
    await signIn(page, nick);
    console.log('done');
    for await (const line of createInterface({ input: process.stdin })) {
        const wanted = JSON.parse(line);
        if (wanted.say !== undefined) {
            await say(page, wanted.say);
        } else {
            await page.waitForFunction((text) => [...document.querySelectorAll('#rows .message-text')]
                .some((one) => one.textContent === text), wanted.hears);
        }
        console.log('done');
    }
    browser.checkPages();
} finally {
    await browser.stop();
}
