// Starts Swagger UI and connects it with the login bar.

import { Session } from "./docs-session.js";

const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];

const root = document.getElementById("swagger-ui");
const { sessionUrl } = root.dataset;
const form = document.getElementById("login-form");
const { username, password, totp } = form.elements;
const submit = form.querySelector("button");
const loggedIn = document.getElementById("logged-in");
const logOut = document.getElementById("log-out");
const who = document.getElementById("who");
const statusLine = document.getElementById("login-status");
const errorLine = document.getElementById("login-error");

followColourScheme();
const session = new Session(sessionUrl, showLogin);
SwaggerUIBundle({
  url: root.dataset.openapiUrl,
  domNode: root,
  deepLinking: true,
  filter: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  requestInterceptor: sendOneCredential,
  responseInterceptor: noticeChanges,
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(submit, () => session.logIn(credentials()));
});
logOut.addEventListener("click", () => attempt(logOut, leave));
document.addEventListener("visibilitychange", () => {
  // Another tab may have logged out, or in as somebody else.
  if (!document.hidden && session.csrfToken) findAgain();
});
form.hidden = false;
// The page was asked for with a cookie: whose it is, if it is still good, only the API can tell.
if (root.dataset.hasCookie) attempt(submit, () => session.find());

function credentials() {
  const code = totp.value.replace(/\s/g, "");
  return {
    username: username.value.trim(),
    password: password.value,
    ...(code && { totp: code }),
  };
}

async function leave() {
  const providerUrl = await session.logOut();
  if (providerUrl) location.assign(providerUrl);
}

/** The API refuses a bearer token that comes with a cookie, and a change without its token. */
function sendOneCredential(request) {
  if (request.headers?.Authorization) request.credentials = "omit";
  else if (session.csrfToken && !SAFE_METHODS.includes(request.method?.toUpperCase() ?? "GET")) {
    request.headers = { ...request.headers, "X-CSRF-Token": session.csrfToken };
  }
  return request;
}

/** What is tried out here may open or end the session, or find it ended. */
function noticeChanges(response) {
  const isRefused = session.csrfToken && [401, 403].includes(response.status);
  const isAboutIt = response.ok && new URL(response.url).pathname.startsWith(sessionUrl);
  if (isRefused || isAboutIt) findAgain();
  return response;
}

function findAgain() {
  session.find().catch(() => {}); // Nobody has asked; what is next tried out tells what is wrong.
}

function showLogin({ user, notice }) {
  statusLine.textContent = notice ?? "";
  who.textContent = user ? nameOf(user) : "";
  const wasLoggedIn = form.hidden;
  if (wasLoggedIn === Boolean(user)) return;
  const barHadFocus = form.parentElement.contains(document.activeElement);
  form.hidden = !wasLoggedIn;
  loggedIn.hidden = wasLoggedIn;
  password.value = "";
  totp.value = "";
  if (barHadFocus) (user ? logOut : username).focus();
}

function nameOf({ username: name, full_name: fullName }) {
  return fullName ? `${fullName} (${name})` : name;
}

async function attempt(button, action) {
  if (button.ariaDisabled === "true") return;
  errorLine.textContent = "";
  statusLine.textContent = "";
  button.ariaDisabled = "true"; // Unlike `disabled` it keeps the keyboard's focus.
  try {
    await action();
  } catch (error) {
    errorLine.textContent = error.message;
    if (!form.hidden) (error.fields?.includes("totp") ? totp : password).select();
  } finally {
    button.ariaDisabled = "false";
  }
}

function followColourScheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", apply);
  apply();
}
