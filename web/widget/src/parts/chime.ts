/** Two soft tones, made by the browser: no file to load. */
export function chime(): void {
  try {
    const audio = new AudioContext();
    [660, 880].forEach((pitch, at) => {
      const [tone, loudness] = [audio.createOscillator(), audio.createGain()];
      const from = audio.currentTime + at * 0.12;
      tone.frequency.value = pitch;
      loudness.gain.setValueAtTime(0.08, from);
      loudness.gain.exponentialRampToValueAtTime(0.001, from + 0.3);
      tone.connect(loudness).connect(audio.destination);
      tone.start(from);
      tone.stop(from + 0.3);
    });
    setTimeout(() => audio.close(), 1_000);
  } catch {
    // A browser that lets no page make a sound before it was clicked.
  }
}
