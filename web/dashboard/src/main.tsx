/** Starts the dashboard. */
import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '@mantine/spotlight/styles.layer.css';
import './style.css';
import 'virtual:theme.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode, Suspense } from 'react';
import { idle } from './idle';
import { setNonce } from 'get-nonce';
import { createRoot } from 'react-dom/client';
import { queries } from './api';
import { endEarly } from './early/gone';
import { takeGiven } from './early/taken';
import { fetched } from './fetched';
import { answers } from './patience';
import { router } from './router';
import { Speaking } from './show/tongue';
import { preferred, speak } from './text';
import { theme } from './theme';

/** Nothing is told before the first rows are there, and what is told waits for them. */
const Toasts = fetched(async () => {
  await idle();
  return (await import('./shell/toasts')).Toasts;
});

/** The nonce that the page's Content-Security-Policy allows styles by. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name=style-nonce]')?.content;
// Dialogs hold the page still by a style of their own, put in by a library that asks here.
if (nonce) setNonce(nonce);

/** A new release has other files: a page that was open before it asks for some that are gone. */
const RENEWED = 'openbook.renewed';
const AGAIN_MS = 60_000;
addEventListener('vite:preloadError', async () => {
  if (Date.now() - Number(sessionStorage.getItem(RENEWED)) < AGAIN_MS) return; // it is not that
  if (!(await answers())) return; // nor that: a page would be given up for the browser's word that nobody is there
  sessionStorage.setItem(RENEWED, String(Date.now()));
  location.reload();
});

// Where another screen comes, or a refusal.
router.subscribe('onRendered', endEarly);

function show(): void {
  takeGiven();
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      {/* The theme's variables are in the file of styles: `early.mjs` writes them there. */}
      <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce ?? ''} withCssVariables={false} withGlobalClasses={false}>
        <QueryClientProvider client={queries}>
          <Suspense>
            <Toasts />
          </Suspense>
          <Speaking>
            <RouterProvider router={router} />
          </Speaking>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}

// Without the words of a language, in English.
void speak(preferred()).then(show, show);
