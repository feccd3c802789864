/** Where the built collector lies, alone and with the chat's button, and what it weighs as sent. */
import { gzipSync } from 'node:zlib';

export const PLACEHOLDER = '__OPENBOOK_CONFIG__';
const FOLDER = new URL('../../server/openbook/collect/sdk/', import.meta.url);
export const TARGET = new URL('collector.js', FOLDER);
export const TARGET_WITH_CHAT = new URL('collector-chat.js', FOLDER);

/** A configuration of usual length: what the server writes in is part of what a visitor loads. */
const USUAL = {
  key: 'wk_3f9aQk3zPq9LmN2vXc7RtY5uWb',
  host: 'https://chat.some-company.example',
  consent: 'assumed',
  gpc: 'limit',
  campaign: false,
  referrer: true,
  language: true,
  timezone: true,
  page: true,
  hints: true,
  keep: [],
};
const CHAT = {
  panel: '/static/widget-0123456789abcdef.js',
  colour: '#1f6feb',
  ink: '#ffffff',
  position: 'right',
};

/** Bytes after gzip of the script with a configuration in it. */
export const weigh = (script, chat) =>
  gzipSync(script.replace(PLACEHOLDER, JSON.stringify({ ...USUAL, chat })), { level: 9 }).length;

export const weighWithChat = (script) => weigh(script, CHAT);
