// What a message's text is made of: links, mentions, commands; and the sentences of both languages.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import { clean } from '../../../page/js/clean.js';
import { measured, parse } from '../../../page/js/commands.js';
import { excess } from '../../../page/js/excess.js';
import { choose, translate } from '../../../page/js/i18n.js';
import { en } from '../../../page/js/lang-en.js';
import { zh } from '../../../page/js/lang-zh.js';
import { findLinks } from '../../../page/js/links.js';
import { mentions } from '../../../page/js/mention.js';
import { fold } from '../../../page/js/fold.js';

test('links', () => {
    const table = [
        ['https://a.example/', ['https://a.example/']],
        ['(https://a.example/b)', ['https://a.example/b']],
        ['https://a.example/b_(c)', ['https://a.example/b_(c)']],
        ['https://a.example/x, http://b.example.', ['https://a.example/x', 'http://b.example']],
        ['茶：https://a.example/茶。好', ['https://a.example/茶']],
        ['HTTPS://A.example/Q', ['HTTPS://A.example/Q']],
        ['javascript:alert(1) data:text/html,x vbscript:x file:///etc/passwd ftp://a.example', []],
        ['https://user:secret@a.example/', []],
        ['https://', []],
        ['xhttps://a.example', []],
        ['https://a.example/"onclick="x', ['https://a.example/']],
    ];
    for (const [text, wanted] of table) {
        assert.deepEqual(findLinks(text).map(({ start, end }) => text.slice(start, end)), wanted, text);
    }
    for (const { href } of findLinks('https://a.example/a\u202eb HTTP://B.example')) {
        assert.match(href, /^https?:\/\//);
    }
});

test('mentions', () => {
    const table = [
        ['ann: hello', 'ann', 1], ['hello @ANN!', 'ann', 1], ['annual', 'ann', 0], ['joann', 'ann', 0],
        ['ann, ann', 'ann', 2], ['小红你好', '小红', 1], ['ａｎｎ', 'ann', 1], ['nothing', '', 0],
        ['a_ann', 'ann', 0], ['问ann吧', 'ann', 1],
    ];
    for (const [text, nick, count] of table) {
        assert.equal(mentions(text, nick).length, count, `${nick} in ${text}`);
    }
    assert.equal(fold('ＡＮＮ'), fold('ann'));
});

test('commands', () => {
    const table = [
        ['hello', { say: 'hello' }],
        ['//etc', { say: '/etc' }],
        ['/join tea', { command: 'join', args: ['tea'] }],
        ['/join', { usage: 'join' }],
        ['/join two words', { usage: 'join' }],
        ['/msg bob hi there', { command: 'msg', args: ['bob', 'hi there'] }],
        ['/msg bob', { usage: 'msg' }],
        ['/topic a b', { command: 'topic', args: ['a b'] }],
        ['/topic', { command: 'topic', args: [] }],
        ['/J tea', { command: 'join', args: ['tea'] }],
        ['/quit smoking', { usage: 'quit' }],
        ['/who\nis there', { usage: 'who' }],
        ['/help me', { usage: 'help' }],
        ['/quit ', { command: 'quit', args: [] }],
        ['/nosuch', { unknown: 'nosuch' }],
        ['/constructor', { unknown: 'constructor' }],
        ['/ alone', { say: '/ alone' }],
        ['/usr/bin', { say: '/usr/bin' }],
    ];
    for (const [line, wanted] of table) {
        assert.deepEqual(parse(line), wanted, line);
    }
});

test('what the limit is for', () => {
    for (const [line, wanted] of [['', ''], ['//etc', '/etc'], ['hi', 'hi'], ['/msg bob hi', '/msg bob hi'], ['/no', '/no']]) {
        assert.equal(measured(line), wanted);
    }
});

test('a text as the server keeps it', () => {
    const table = [
        ['plain', 'plain'], ['  a  b \n\n', 'a  b'], ['a\r\nb\rc\u2028d\u2029e\u0085f', 'a\nb\nc\nd\ne\nf'],
        ['\tif (x)\n\t\ty', 'if (x)\n  y'], ['a\u0000\u0007\u001b[31mb\u007f\u009bc', 'a[31mbc'],
        ['\u202eabc\u2066d', 'abcd'], ['\u0001', ''], ['\u3000全角', '\u3000全角'], ['👨‍👩‍👧', '👨‍👩‍👧'],
    ];
    for (const [text, wanted] of table) {
        assert.equal(clean(text), wanted);
        assert.equal(clean(wanted), wanted);
    }
});

test('by how many characters a text is too long', () => {
    const table = [['', 0, 0], ['abc', 3, 0], ['abcd', 3, 1], ['abcdef', 3, 3], ['茶茶茶', 9, 0], ['茶茶茶', 8, 1],
        ['茶茶茶', 5, 2], ['a茶b', 3, 2], ['🍵🍵', 4, 1], ['🍵🍵', 3, 2], ['é', 1, 1], ['\ud800x', 3, 1]];
    const bytes = new TextEncoder();
    for (const [text, most, wanted] of table) {
        assert.equal(excess(text, most), wanted, text);
        const rest = [...text].slice(0, [...text].length - wanted).join('');
        assert.ok(bytes.encode(rest).length <= most);
    }
});

test('both languages have all sentences, with the same values to fill in', () => {
    assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
    const values = (sentence) => [...new Set(JSON.stringify(sentence).match(/\{\w+\}/g) ?? [])].sort();
    for (const key of Object.keys(en)) {
        // A language may do without a count where it says the names.
        const more = values(zh[key]).filter((one) => !values(en[key]).includes(one) && one !== '{n}');
        assert.deepEqual(more, [], key);
    }
    assert.equal(translate('en', 'unread', { n: 1 }), '1 unread message');
    assert.equal(translate('en', 'unread', { n: 2 }), '2 unread messages');
    assert.match(translate('zh', 'unread', { n: 2 }), /2/);
    assert.throws(() => translate('en', 'noSuchSentence'));
});

test('no sentence is there for nothing', () => {
    const folder = new URL('../../../page/', import.meta.url);
    const files = fs.readdirSync(new URL('js', folder)).filter((name) => !name.startsWith('lang-'));
    const code = files.map((name) => fs.readFileSync(new URL('js/' + name, folder), 'utf8')).join('')
        + fs.readFileSync(new URL('index.html', folder), 'utf8');
    const unused = Object.keys(en).filter((key) => !/^(door|cmd)_/.test(key)
        && !new RegExp(`\\b${key}\\b`).test(code));
    assert.deepEqual(unused, []);
});

test('the language is the first of the browser\'s that there is', () => {
    const table = [
        [['zh-CN', 'en'], 'zh'], [['zh'], 'zh'], [['zh-TW'], 'zh'], [['en-US', 'zh'], 'en'],
        [['fr-FR', 'zh-CN'], 'zh'], [['fr', 'de'], 'en'], [[], 'en'],
    ];
    for (const [languages, wanted] of table) {
        assert.equal(choose(languages).lang, wanted, languages.join());
    }
});
