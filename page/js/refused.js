// Why a line is not let in. A browser tells a page nothing of a WebSocket that was refused, so the
// server is asked by another way.

const REFUSALS = ['banned', 'address-limit', 'full'];
const ANSWER_MS = 5000;

// One of REFUSALS; null: nothing speaks against a line, or nobody answers. Never fails.
export async function askWhy(address, fetch = globalThis.fetch, ms = ANSWER_MS) {
    try {
        const answer = await fetch(address, { cache: 'no-store', signal: AbortSignal.timeout(ms) });
        const reason = answer.headers.get('X-Refused');
        return REFUSALS.includes(reason) ? reason : null;
    } catch {
        return null;
    }
}
