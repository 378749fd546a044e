// One login. Both tokens stay in this object, never in storage or a cookie.

const RENEW_SECONDS_BEFORE_EXPIRY = 60;
const RETRY_SECONDS = 15;
const TIMEOUT_MS = 15_000;

/** A refused or failed call; `status` is 0 when no answer came. */
export class AuthError extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

/** Logs in and out, and renews the access token shortly before it expires. */
export class Session {
  #authUrl;
  #onChange;
  #login = null;
  #timer = 0;

  /** `onChange({ accessToken, user, notice })` follows every change; without a login only notice. */
  constructor(authUrl, onChange) {
    this.#authUrl = authUrl;
    this.#onChange = onChange;
  }

  async logIn(username, password) {
    this.#keep(await this.#post("login", { body: { username, password } }));
  }

  /** Forgets the tokens here at once, whatever the server then says. */
  async logOut() {
    const { access_token: accessToken } = this.#login;
    this.#forget("You have logged out.");
    try {
      await this.#post("logout", { accessToken });
    } catch (error) {
      // 401: the server has already ended this login.
      if (error.status !== 401) {
        throw new AuthError(`Logged out here, but not on the server: ${error.message}`);
      }
    }
  }

  #keep(login) {
    this.#login = login;
    const lifetime = login.expires_in;
    this.#renewIn(Math.max(lifetime - RENEW_SECONDS_BEFORE_EXPIRY, lifetime / 2));
    this.#onChange({ accessToken: login.access_token, user: login.user });
  }

  #forget(notice) {
    this.#login = null;
    clearTimeout(this.#timer);
    this.#onChange({ notice });
  }

  #renewIn(seconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#renew(), seconds * 1000);
  }

  async #renew() {
    const login = this.#login;
    try {
      const pair = await this.#post("refresh", { body: { refresh_token: login.refresh_token } });
      if (this.#login === login) this.#keep({ ...login, ...pair });
    } catch (error) {
      if (this.#login !== login) return; // Logged out while the answer was under way.
      if ([400, 401, 403, 422].includes(error.status)) {
        this.#forget("Your session has ended. Please log in again.");
      } else {
        this.#renewIn(RETRY_SECONDS);
      }
    }
  }

  async #post(action, { body, accessToken }) {
    const headers = { Accept: "application/json" };
    if (body) headers["Content-Type"] = "application/json";
    if (accessToken) headers.Authorization = `Bearer ${accessToken}`;
    let response;
    try {
      response = await fetch(`${this.#authUrl}/${action}`, {
        method: "POST",
        headers,
        body: body && JSON.stringify(body),
        credentials: "omit", // A browser session of the same site has no part in this login.
        cache: "no-store",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch {
      throw new AuthError("The service cannot be reached.");
    }
    const answer = await response.json().catch(() => null);
    if (!response.ok) throw new AuthError(explain(response, answer), response.status);
    return answer;
  }
}

function explain(response, answer) {
  const error = answer?.error;
  const details = response.status === 422 ? Object.values(error?.details ?? {}) : [];
  const sentences = details.length > 0 ? details : [error?.message ?? `Status ${response.status}`];
  const wait = Number(response.headers.get("Retry-After"));
  if (wait > 0) sentences.push(`Try again in ${duration(wait)}`);
  return sentences.map((sentence) => `${String(sentence).replace(/\.$/, "")}.`).join(" ");
}

function duration(seconds) {
  if (seconds < 90) return `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
