"use strict";

// The secret leaves the address at once, so that it stays in no history and on no screen.
const token = new URLSearchParams(location.hash.slice(1)).get("token");
history.replaceState(null, "", location.pathname);

const form = document.getElementById("form");
const password = document.getElementById("password");
const shown = document.getElementById("shown");
const problem = document.getElementById("problem");
const outcome = document.getElementById("outcome");
const button = form.querySelector("button");

const OPEN_AGAIN = "Open the link of your e-mail again; a page that is reloaded has lost it.";
const DONE = "Your password is set. You can log in with it now; wherever you were logged in, you are not any more.";
const TRY_AGAIN = "That did not work. Try again in a moment.";

function finish(text) {
  form.hidden = true;
  outcome.textContent = text;
  outcome.focus();
}

function refuse(text) {
  problem.textContent = text;
  password.setAttribute("aria-invalid", "true");
  password.focus();
}

async function refusalOf(response) {
  try {
    return (await response.json()).error;
  } catch {
    return {};
  }
}

async function send() {
  const response = await fetch("/api/v1/auth/password/reset/confirm", {
    method: "POST",
    credentials: "omit",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token, new_password: password.value }),
  });
  if (response.ok) return finish(DONE);
  const { message, details = {} } = await refusalOf(response);
  if (response.status === 422 && details.token) return finish(details.token);
  return refuse(details.new_password || (response.status < 500 && message) || TRY_AGAIN);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.textContent = "";
  password.removeAttribute("aria-invalid");
  button.disabled = true;
  try {
    await send();
  } catch {
    refuse(TRY_AGAIN);
  } finally {
    button.disabled = false;
  }
});

shown.addEventListener("change", () => {
  password.type = shown.checked ? "text" : "password";
});

// Another link that is opened in this tab changes the address, not the page.
addEventListener("hashchange", () => location.reload());

if (token) {
  form.hidden = false;
  password.focus();
} else {
  finish(OPEN_AGAIN);
}
