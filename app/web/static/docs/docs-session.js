// The browser session that the page and Swagger UI share: the cookie is the browser's alone.

const TIMEOUT_MS = 15_000;

/** A refused or failed call; without a status no answer came. `fields` are those to mend. */
export class AuthError extends Error {
  constructor(message, status = 0, fields = []) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

/** Logs in and out, and knows the token that goes with every change. */
export class Session {
  #url;
  #onChange;
  #login = null;

  /** `onChange({ user, notice })` follows every change; nobody is logged in without a user. */
  constructor(url, onChange) {
    this.#url = url;
    this.#onChange = onChange;
  }

  get csrfToken() {
    return this.#login?.csrf_token;
  }

  async logIn(credentials) {
    this.#keep(await this.#call("POST", credentials));
  }

  /** Finds out who is logged in: after a reload, or when another page may have changed it. */
  async find() {
    try {
      this.#keep(await this.#call("GET"));
    } catch (error) {
      if (error.status !== 401) throw error;
      this.#forget(this.#login && "Your session has ended. Please log in again.");
    }
  }

  /** Ends the session; answers with the provider's address where that login ends, if it has one. */
  async logOut() {
    const answer = await this.#call("DELETE").catch((error) => {
      if (error.status !== 401) throw error; // The server has already ended it.
    });
    this.#forget("You have logged out.");
    return answer?.logout_url;
  }

  #keep(login) {
    this.#login = login;
    this.#onChange({ user: login.user });
  }

  #forget(notice) {
    this.#login = null;
    this.#onChange({ notice });
  }

  async #call(method, body) {
    const headers = { Accept: "application/json" };
    if (body) headers["Content-Type"] = "application/json";
    if (this.csrfToken) headers["X-CSRF-Token"] = this.csrfToken;
    let response;
    try {
      response = await fetch(this.#url, {
        method,
        headers,
        body: body && JSON.stringify(body),
        cache: "no-store",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch {
      throw new AuthError("The service cannot be reached.");
    }
    const answer = await response.json().catch(() => null);
    if (!response.ok) throw refusal(response, answer?.error);
    return answer;
  }
}

function refusal(response, error) {
  const details = error?.details ?? {};
  const sentences = Object.values(details);
  if (sentences.length === 0) sentences.push(error?.message ?? `Status ${response.status}`);
  const wait = Number(response.headers.get("Retry-After"));
  if (wait > 0) sentences.push(`Try again in ${duration(wait)}`);
  const message = sentences.map((sentence) => `${String(sentence).replace(/\.$/, "")}.`).join(" ");
  return new AuthError(message, response.status, Object.keys(details));
}

function duration(seconds) {
  if (seconds < 90) return `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
