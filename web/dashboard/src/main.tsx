/** Starts the dashboard. */
import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '@mantine/spotlight/styles.layer.css';
import './style.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { setNonce } from 'get-nonce';
import { createRoot } from 'react-dom/client';
import { queries } from './api';
import { router } from './router';
import { preferred, speak } from './text';
import { theme } from './theme';

/** The nonce that the page's Content-Security-Policy allows styles by. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name=style-nonce]')?.content;
// Dialogs hold the page still by a style of their own, put in by a library that asks here.
if (nonce) setNonce(nonce);

function show(): void {
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce ?? ''}>
        <QueryClientProvider client={queries}>
          <Notifications position="bottom-left" limit={3} />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}

// Without the words of a language, in English.
void speak(preferred()).then(show, show);
