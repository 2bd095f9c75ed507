// Starts and stops the server under test: what the environment variable TEAHOUSE names. It listens
// on ports of the system's choice, on the loopback alone, with its data in a temporary folder.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const DOORS = ['web', 'line-english', 'line-chinese', 'line-terse', 'json', 'native'];
const LOG_LINES = 30;
const running = new Set();

process.on('exit', () => {
    for (const child of running) {
        child.kill('SIGKILL');
    }
});
for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, () => process.exit(1));
}

export class Server {
    constructor(options) {
        this.options = options;
        this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'teahouse-test-'));
        this.ports = {};
        this.child = null;
    }

    // Again on the ports that it had, so that pages find it.
    async start() {
        const listen = DOORS.flatMap((door) => ['--listen', `${door}=127.0.0.1:${this.ports[door] ?? 0}`]);
        const child = spawn(process.env.TEAHOUSE, ['serve', '--data', path.join(this.folder, 'data'), ...listen,
            '--set', 'flood=off', '--set', 'connections-per-address=0', '--name', 'Teahouse', ...this.options],
        { stdio: ['ignore', 'pipe', fs.openSync(path.join(this.folder, 'log'), 'a')] });
        this.child = child;
        running.add(child);
        this.ended = new Promise((resolve) => child.on('exit', (code, signal) => {
            running.delete(child);
            resolve({ code, signal });
        }));
        await new Promise((resolve, reject) => {
            let text = '';
            child.stdout.setEncoding('utf8').on('data', (data) => {
                text += data;
                if (text.endsWith('ready\n')) {
                    resolve();
                }
            });
            child.on('error', reject);
            this.ended.then(({ code }) => reject(new Error(`the server ended at its start (${code}): ${text}`)));
            this.said = () => text;
        });
        for (const [, door, port] of this.said().matchAll(/^listening (\S+) 127\.0\.0\.1:(\d+)$/gm)) {
            this.ports[door] = Number(port);
        }
    }

    port(door) {
        return this.ports[door];
    }

    url() {
        return `http://127.0.0.1:${this.ports.web}/`;
    }

    async kill() {
        this.child.kill('SIGKILL');
        await this.ended;
    }

    logEnd() {
        try {
            const log = fs.readFileSync(path.join(this.folder, 'log'), 'utf8');
            return log.trimEnd().split('\n').slice(-LOG_LINES).join('\n');
        } catch {
            return '';
        }
    }

    // The server must go well when it is asked to.
    async discard() {
        this.child.kill('SIGTERM');
        const { code, signal } = await this.ended;
        fs.rmSync(this.folder, { recursive: true, force: true });
        if (code !== 0 && signal !== 'SIGKILL') {
            throw new Error(`exit status of the server: ${code ?? signal}`);
        }
    }
}
