// The emoji that are offered, by group (names of sentences in lang-*.js).

const GROUPS = {
    emojiFaces: '😀 😃 😄 😁 😆 😅 😂 🙂 😉 😊 😇 🥰 😍 😘 😋 😜 🤪 🤗 🤭 🤔 🤨 😐 😏 🙄 😬 😌 😴 😷 🤒 🥳 😎 🤓 😕 🙁 😮 😳 🥺 😢 😭 😱 😤 😡 🤯 🥱',
    emojiHands: '👍 👎 👌 ✌️ 🤞 👋 👏 🙌 🙏 💪 🤝 👀 ❤️ 🧡 💛 💚 💙 💜 🖤 🤍 💔 💯 ✨ 🎉',
    emojiNature: '🌞 🌙 ⭐ 🌈 ☁️ 🌧️ ❄️ 🔥 🌊 🌱 🌿 🍀 🍃 🌸 🌹 🌻 🐱 🐶 🐼 🐰 🦊 🐦 🐟 🐢',
    emojiFood: '🍵 🫖 ☕ 🧋 🍺 🍷 🥟 🍜 🍚 🍙 🥢 🍕 🍔 🍟 🥗 🍰 🍪 🍫 🍎 🍊 🍉 🍑 🥭 🧧',
    emojiThings: '💡 📌 📎 📷 💻 📱 ⌨️ ⏰ 📅 📚 ✏️ 🔍 🔒 🔑 🎵 🎮 ⚽ 🏆 🚀 ✈️ 🚲 🏠 ✅ ❌ ❓ ❗ ⚠️ 🐛',
};

export const emojiGroups = Object.entries(GROUPS).map(([name, all]) => ({ name, emoji: all.split(' ') }));
