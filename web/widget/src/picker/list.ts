/** What every system of the last years can show, by what it is about; skin has the colour of none. */
export const LIST: readonly string[] = (
  '😀 😃 😄 😁 😆 😅 😂 🤣 😊 🙂 😉 😍 😘 😋 😜 🤗 🤔 😐 🙄 😏 😬 😌 😴 😎 😕 😟 😮 😲 😳 😢 😭 😤 😠 😱 😓 😇 🤒 🤕 🤢 🤧 ' +
  '👍 👎 👌 👏 🙏 🙌 👋 🤝 💪 🤞 👉 👈 👆 👇 🤷 🤦 ❤️ 💛 💚 💙 💜 💔 💯 ✨ 🔥 ⭐ 🎉 🎁 🎂 🏆 ' +
  '✅ ❌ ❓ ❗ ⚠️ 💡 📌 📎 📷 📱 💻 📦 📅 ⏰ ⌛ 📞 📧 🔍 🔑 🔒 🔧 🛒 💳 💰 🚚 ✈️ 🚗 🚲 🏠 🏢 🌍 ' +
  '☀️ ⛅ ☔ ❄️ 🌈 🌙 🐶 🐱 🐭 🐰 🦊 🐻 🐼 🐸 🐵 🐦 🐝 🌸 🌹 🌻 🌲 🍀 ' +
  '🍎 🍋 🍓 🍒 🍅 🥕 🍞 🧀 🍕 🍔 🍟 🍣 🍰 🍫 🍪 ☕ 🍵 🍺 🍷 ⚽ 🏀 🎾 🎵 🎬 📚 ✏️ 👀 👻 🤖 🚀'
).split(' ');
