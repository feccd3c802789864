/** Talks to the browser about passkeys: makes one, or has one sign a challenge. */
import type { Schemas } from '../../../client/src';

const bytes = (text: string): ArrayBuffer =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0)).buffer;

const text = (buffer: ArrayBuffer): string =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(''))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');

const key = (id: string): PublicKeyCredentialDescriptor => ({ type: 'public-key', id: bytes(id) });

const ES256 = -7;
const EDDSA = -8;
const RS256 = -257;

/** Has the device make a key. Throws a DOMException where the person or the browser says no. */
export async function makePasskey(asked: Schemas['PasskeyCreation'], name: string): Promise<Schemas['NewPasskey']> {
  const made = (await navigator.credentials.create({
    publicKey: {
      challenge: bytes(asked.challenge),
      rp: { id: asked.rp_id, name: 'openbook' },
      user: { id: bytes(asked.user_id), name: asked.user_name, displayName: asked.display_name },
      pubKeyCredParams: [ES256, EDDSA, RS256].map((alg) => ({ type: 'public-key', alg })),
      excludeCredentials: asked.exclude.map(key),
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
      attestation: 'none',
    },
  })) as PublicKeyCredential;
  const answer = made.response as AuthenticatorAttestationResponse;
  return {
    name,
    id: text(made.rawId),
    client_data: text(answer.clientDataJSON),
    attestation: text(answer.attestationObject),
  };
}

/** Has a key sign. Alone, without a list of the person's keys, the device must know its person. */
export async function answerPasskey(asked: Schemas['PasskeyAsked']): Promise<Schemas['PasskeyAnswer']> {
  const found = (await navigator.credentials.get({
    publicKey: {
      challenge: bytes(asked.challenge),
      rpId: asked.rp_id,
      allowCredentials: asked.allow.map(key),
      userVerification: asked.allow.length ? 'preferred' : 'required',
    },
  })) as PublicKeyCredential;
  const answer = found.response as AuthenticatorAssertionResponse;
  return {
    id: text(found.rawId),
    client_data: text(answer.clientDataJSON),
    authenticator_data: text(answer.authenticatorData),
    signature: text(answer.signature),
    user_handle: answer.userHandle ? text(answer.userHandle) : null,
  };
}
