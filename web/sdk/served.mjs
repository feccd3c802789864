/** Where the built collector lies, and what it weighs as the server sends it. */
import { gzipSync } from 'node:zlib';

export const PLACEHOLDER = '__OPENBOOK_CONFIG__';
export const TARGET = new URL('../../server/openbook/collect/sdk/collector.js', import.meta.url);

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

/** Bytes after gzip of the script with a configuration in it. */
export const weigh = (script) =>
  gzipSync(script.replace(PLACEHOLDER, JSON.stringify(USUAL)), { level: 9 }).length;
