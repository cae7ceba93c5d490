// The Portfolio Suite in a browser: log in, see the portfolio, log out.
//
// The token lives in a variable and nowhere else: not in localStorage, where every script of the origin could read it
// for ever, and not in a cookie, which the browser would send along by itself. A reload asks for the password again.

const configuration = globalThis.portfolioConfiguration ?? {};
const api = configuration.REACT_APP_API_URL ?? "";
const byId = (id) => document.getElementById(id);

let token = null;

class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

// Asks the backend, and gives its answer or throws what the person at the screen can be told.
async function ask(path, options = {}) {
  const headers = { Accept: "application/json", ...options.headers };
  if (token) headers.Authorization = `Bearer ${token}`;
  let response;
  try {
    response = await fetch(api + path, { ...options, headers, credentials: "omit", signal: AbortSignal.timeout(10_000) });
  } catch {
    throw new Refused(0, "The backend does not answer. Please try again.");
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok && path !== "/health") {
    throw new Refused(response.status, body.error?.message ?? `The backend answered with ${response.status}.`);
  }
  return body;
}

function money(amount, currency) {
  return new Intl.NumberFormat(undefined, { style: "currency", currency }).format(amount);
}

function cell(text, name = "td") {
  const element = document.createElement(name);
  if (name === "th") element.scope = "row"; else element.className = "number";
  element.textContent = text;
  return element;
}

function row(holding, currency) {
  const line = document.createElement("tr");
  const title = cell(holding.name, "th");
  const symbol = document.createElement("span");
  symbol.className = "symbol";
  symbol.textContent = holding.symbol;
  title.append(symbol);
  line.append(
    title,
    cell(new Intl.NumberFormat(undefined, { maximumFractionDigits: 4 }).format(holding.quantity)),
    cell(money(holding.price, currency)),
    cell(money(holding.value, currency)),
  );
  return line;
}

function show(section) {
  for (const id of ["login", "portfolio"]) byId(id).hidden = id !== section;
  byId("logout").hidden = section !== "portfolio";
}

function askForLogin(message = "") {
  token = null;
  byId("holdings").replaceChildren();
  byId("total").textContent = "";
  byId("login-form").reset();
  byId("message").textContent = message;
  show("login");
  byId("username").focus();
}

async function showPortfolio() {
  const portfolio = await ask("/api/portfolio");
  byId("portfolio-title").textContent = `Portfolio of ${portfolio.owner}`;
  byId("total").textContent = money(portfolio.total, portfolio.currency);
  byId("holdings").replaceChildren(...portfolio.holdings.map((holding) => row(holding, portfolio.currency)));
  byId("message").textContent = "";
  show("portfolio");
  // Screen readers go on reading from the new heading, not from the form that has gone.
  byId("portfolio-title").focus();
}

async function logIn(event) {
  event.preventDefault();
  byId("message").textContent = "";
  byId("submit").disabled = true;
  try {
    const answer = await ask("/api/login", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ username: byId("username").value, password: byId("password").value }),
    });
    token = answer.token;
    // Fifteen minutes: the screen must not go on showing what the backend would no longer tell.
    setTimeout((issued) => { if (token === issued) askForLogin("Please log in again."); }, answer.expires_in * 1000, token);
    await showPortfolio();
  } catch (error) {
    token = null;
    byId("message").textContent = error.message;
    byId("password").value = "";
    byId("password").focus();
  } finally {
    byId("submit").disabled = false;
  }
}

async function showHealth() {
  const health = await ask("/health").catch(() => ({}));
  const text = health.status === "ok" ? "The backend is well." : "The backend is not well at the moment.";
  byId("health").textContent = health.version ? `${text} Version ${health.version}.` : text;
}

const environment = configuration.REACT_APP_ENVIRONMENT ?? "";
if (environment && environment !== "production") {
  byId("environment").textContent = environment;
  byId("environment").hidden = false;
}
byId("login-form").addEventListener("submit", logIn);
byId("logout").addEventListener("click", () => askForLogin());
askForLogin();
showHealth();
