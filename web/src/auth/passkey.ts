import type { Data } from "../api";

// Between the JSON of WebAuthn Level 3, section 5.1.8, and what browsers of the last years take.

type Creation = Data<"post", "/account/webauthn/register/options">;
type Request = Data<"post", "/auth/login/webauthn/start">["options"];

export function passkeysWork() {
  return typeof PublicKeyCredential === "function";
}

export function toBytes(base64url: string) {
  const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

export function toBase64url(octets: ArrayBuffer) {
  const text = String.fromCharCode(...new Uint8Array(octets));
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

const descriptors = (list: Request["allowCredentials"]) =>
  list.map(({ id, transports }) => ({
    type: "public-key" as const,
    id: toBytes(id),
    transports: transports as AuthenticatorTransport[],
  }));

/** Has the browser make a passkey; throws what the browser throws. */
export async function makePasskey(options: Creation) {
  const made = (await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      user: { ...options.user, id: toBytes(options.user.id) },
      excludeCredentials: descriptors(options.excludeCredentials),
    } as PublicKeyCredentialCreationOptions,
  })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    id: made.id,
    rawId: made.id,
    type: made.type,
    response: {
      clientDataJSON: toBase64url(response.clientDataJSON),
      attestationObject: toBase64url(response.attestationObject),
      transports: response.getTransports(),
    },
  };
}

/** Has the browser sign with a passkey; throws what the browser throws. */
export async function askPasskey(options: Request) {
  const used = (await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      allowCredentials: descriptors(options.allowCredentials),
    } as PublicKeyCredentialRequestOptions,
  })) as PublicKeyCredential;
  const response = used.response as AuthenticatorAssertionResponse;
  return {
    id: used.id,
    rawId: used.id,
    type: used.type,
    response: {
      clientDataJSON: toBase64url(response.clientDataJSON),
      authenticatorData: toBase64url(response.authenticatorData),
      signature: toBase64url(response.signature),
      ...(response.userHandle ? { userHandle: toBase64url(response.userHandle) } : {}),
    },
  };
}

/** What went wrong in the browser: nothing to report to anybody, but to the one who sits there. */
export function passkeyProblem(error: unknown) {
  if (!(error instanceof DOMException)) return undefined;
  if (error.name === "NotAllowedError" || error.name === "AbortError") return "cancelled" as const;
  if (error.name === "InvalidStateError") return "known" as const;
  if (error.name === "SecurityError") return "elsewhere" as const;
  return "failed" as const;
}
