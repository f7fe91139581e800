// Asks the browser for a passkey and posts its answer as a plain form. Pages work without
// this script: they then offer a password with codes.

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer ?? [])))
    .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

// How long a person may take, in milliseconds; the server's limit is longer.
const TIMEOUT_MS = 300_000;

const ask = {
  async get({ challenge, domain }) {
    const publicKey = {
      challenge: bytes(challenge), rpId: domain, userVerification: 'required', timeout: TIMEOUT_MS,
    };
    const { rawId, response } = await navigator.credentials.get({ publicKey });
    return {
      credential_id: text(rawId),
      client_data: text(response.clientDataJSON),
      authenticator_data: text(response.authenticatorData),
      signature: text(response.signature),
      user_handle: text(response.userHandle),
    };
  },
  async create({ challenge, domain, user, userName, known }) {
    const publicKey = {
      challenge: bytes(challenge),
      rp: { id: domain, name: domain },
      user: { id: bytes(user), name: userName, displayName: userName },
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }, { type: 'public-key', alg: -8 }],
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      excludeCredentials: (known ?? '').split(' ').filter(Boolean).map((id) => ({ type: 'public-key', id: bytes(id) })),
      attestation: 'none',
      timeout: TIMEOUT_MS,
    };
    const { response } = await navigator.credentials.create({ publicKey });
    return { client_data: text(response.clientDataJSON), attestation: text(response.attestationObject) };
  },
};

for (const form of document.querySelectorAll('form[data-passkey]')) {
  // Passkeys belong to one host name; under another, or an address in digits, there are none.
  if (!window.PublicKeyCredential || location.hostname !== form.dataset.domain) continue;
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const failed = form.querySelector('[data-failed]');
    failed.hidden = true;
    try {
      const answer = await ask[form.dataset.passkey](form.dataset);
      for (const [name, value] of Object.entries(answer)) {
        const input = document.createElement('input');
        Object.assign(input, { type: 'hidden', name, value });
        form.append(input);
      }
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
}
