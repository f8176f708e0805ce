import { expect, password, test, username } from "./support";
import { startServer } from "./server";

/**
 * What Chromium and its authenticator really send, against the API: registration, a sign-in without
 * a password, one without a name, and a second factor after the password.
 */
test.describe("passkeys in the browser", () => {
  test("are made, sign in, and follow a password", async ({ browser }) => {
    const server = await startServer({ adminPassword: password });
    const site = server.url.replace("127.0.0.1", "localhost");
    const context = await browser.newContext({ baseURL: site, ignoreHTTPSErrors: true });
    try {
      const page = await context.newPage();
      const devices = await context.newCDPSession(page);
      await devices.send("WebAuthn.enable");
      const { authenticatorId } = await devices.send("WebAuthn.addVirtualAuthenticator", {
        options: {
          protocol: "ctap2",
          transport: "internal",
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        },
      });
      await page.goto("/login");

      const call = (path: string, body: unknown = {}, csrf = "", method = "POST") =>
        page.evaluate(
          async ([path, body, csrf, method]) => {
            const answer = await fetch(`/api/v2${path as string}`, {
              method: method as string,
              headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf as string },
              body: JSON.stringify(body),
            });
            const text = await answer.text();
            return {
              status: answer.status,
              ...(JSON.parse(text) as { data?: any; message?: string }),
            };
          },
          [path, body, csrf, method] as const,
        );
      const passwordLogin = () => call("/auth/login/password", { username, password });
      const create = (options: unknown) =>
        page.evaluate(async (options) => {
          const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as never);
          const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
          return made.toJSON() as unknown;
        }, options);
      const get = (options: unknown) =>
        page.evaluate(async (options) => {
          const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as never);
          const found = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
          return found.toJSON() as unknown;
        }, options);

      const first = await passwordLogin();
      const csrf = first.data.csrf_token as string;
      const based = await call("/settings/general", { base_url: site }, csrf, "PATCH");
      expect(based.status, based.message).toBe(200);

      const offer = await call("/account/webauthn/register/options", {}, csrf);
      expect(offer.status, offer.message).toBe(200);
      const credential = await create(offer.data);
      const made = await call(
        "/account/webauthn/register/verify",
        { name: "Chromium", credential },
        csrf,
      );
      expect(made.status, made.message).toBe(200);
      expect(made.data).toMatchObject({ name: "Chromium", user_verified: true, enabled: true });
      expect(made.data.backup_codes).toHaveLength(8);

      // A device that is known is not made known twice: the browser itself says so.
      const again = await call("/account/webauthn/register/options", {}, csrf);
      await expect(create(again.data)).rejects.toThrow(/InvalidStateError/);

      for (const name of [username, undefined]) {
        await context.clearCookies();
        const start = await call("/auth/login/webauthn/start", name ? { username: name } : {});
        expect(start.status, start.message).toBe(200);
        const answer = await get(start.data.options);
        const signedIn = await call("/auth/login/webauthn/verify", {
          username: name,
          response: answer,
        });
        expect(signedIn.status, signedIn.message).toBe(200);
        expect(signedIn.data.auth_method).toBe("webauthn");
        const replayed = await call("/auth/login/webauthn/verify", {
          username: name,
          response: answer,
        });
        expect(replayed.status).toBe(401);
      }

      await context.clearCookies();
      const half = await passwordLogin();
      expect(half.data).toMatchObject({ requires_2fa: true, csrf_token: "" });
      expect(half.data.second_factors).toContain("webauthn");
      const start = await call("/auth/login/webauthn/start");
      const whole = await call("/auth/login/webauthn/verify", {
        response: await get(start.data.options),
      });
      expect(whole.status, whole.message).toBe(200);
      expect(whole.data.auth_method).toBe("password+webauthn");

      // Without the person's finger or PIN it is one factor, and not enough by itself.
      await context.clearCookies();
      await devices.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
      const alone = await call("/auth/login/webauthn/start", { username });
      await expect(get(alone.data.options)).rejects.toThrow(/NotAllowedError/);
    } finally {
      await context.close();
      await server.stop();
    }
  });
});
