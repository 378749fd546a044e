// Starts Swagger UI and connects it with the login bar.

import { Session } from "./docs-session.js";

const BEARER_SCHEME = "bearer"; // Its name in the OpenAPI document's securitySchemes.

const root = document.getElementById("swagger-ui");
const form = document.getElementById("login-form");
const { username, password } = form.elements;
const submit = form.querySelector("button");
const loggedIn = document.getElementById("logged-in");
const logOut = document.getElementById("log-out");
const who = document.getElementById("who");
const statusLine = document.getElementById("login-status");
const errorLine = document.getElementById("login-error");

let accessToken = null;

followColourScheme();
const session = new Session(root.dataset.authUrl, showLogin);
const ui = SwaggerUIBundle({
  url: root.dataset.openapiUrl,
  domNode: root,
  deepLinking: true,
  filter: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  requestInterceptor: sendOneCredential,
  onComplete: authorize,
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(submit, () => session.logIn(username.value.trim(), password.value));
});
logOut.addEventListener("click", () => attempt(logOut, () => session.logOut()));
form.hidden = false;

/** Swagger UI takes a token only once it has read the document, so this also runs after that. */
function authorize() {
  if (accessToken) ui.preauthorizeApiKey(BEARER_SCHEME, accessToken);
  else if (ui.authSelectors.authorized()?.has(BEARER_SCHEME)) ui.authActions.logout([BEARER_SCHEME]);
}

/** The API refuses a bearer token that comes together with a session cookie. */
function sendOneCredential(request) {
  if (request.headers?.Authorization) request.credentials = "omit";
  return request;
}

function showLogin(login) {
  const wasLoggedIn = accessToken !== null;
  accessToken = login.accessToken ?? null;
  authorize();
  statusLine.textContent = login.notice ?? "";
  if (wasLoggedIn === (accessToken !== null)) return;
  const barHadFocus = form.parentElement.contains(document.activeElement);
  form.hidden = accessToken !== null;
  loggedIn.hidden = accessToken === null;
  who.textContent = login.user ? nameOf(login.user) : "";
  password.value = "";
  if (barHadFocus) (accessToken ? logOut : username).focus();
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
    if (!form.hidden) password.select();
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
