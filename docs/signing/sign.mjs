// Sign who a visitor is, in Node. Needs nothing but Node.
import { createHmac, sign } from 'node:crypto';
import { pathToFileURL } from 'node:url';

/** A token for the user who is signed in to your application; valid for an hour, 24 at most. */
export function openbookToken(userId, email, name, seconds = 3600) {
  const { OPENBOOK_KEY: key, OPENBOOK_KID: kid, OPENBOOK_WORKSPACE: aud } = process.env;
  const isPair = key.includes('PRIVATE KEY');
  const iat = Math.floor(Date.now() / 1000);
  const header = { typ: 'JWT', alg: isPair ? 'EdDSA' : 'HS256', kid };
  const claims = { sub: userId, aud, iat, exp: iat + seconds, email, name };
  const signed = `${part(header)}.${part(claims)}`;
  const signature = isPair
    ? sign(null, Buffer.from(signed), key).toString('base64url')
    : createHmac('sha256', key).update(signed).digest('base64url');
  return `${signed}.${signature}`;
}

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

if (import.meta.url === pathToFileURL(process.argv[1]).href)
  console.log(openbookToken(...process.argv.slice(2, 5)));
