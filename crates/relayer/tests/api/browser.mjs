// Opens a page in a headless browser and prints its text once all of some parts are in it: node browser.mjs BROWSER PROFILE PICTURE URL CLICK PART…
// CLICK is the text of a button to press first, or empty. Talks to the browser over its debugging protocol, with what node has.

import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const [browser, profile, picture, url, click, ...parts] = process.argv.slice(2);
const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "--window-size=1200,2300"];
if (process.env.DARK) flags.push("--blink-settings=preferredColorScheme=0");
const child = spawn(browser, [...flags, "about:blank"], { stdio: "ignore" });
const late = setTimeout(() => end(1, "it takes too long"), 90_000);

function end(status, problem) {
  child.kill("SIGKILL");
  clearTimeout(late);
  if (problem) console.error(problem);
  process.exit(status);
}

try {
  const file = `${profile}/DevToolsActivePort`;
  while (!existsSync(file) || !readFileSync(file, "utf8").includes("\n")) await pause(50);
  const port = readFileSync(file, "utf8").split("\n")[0];
  let page;
  while (!page) {
    const targets = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
    page = targets.find((target) => target.type === "page");
    if (!page) await pause(50);
  }
  const socket = new WebSocket(page.webSocketDebuggerUrl);
  await new Promise((opened, failed) => Object.assign(socket, { onopen: opened, onerror: failed }));
  const waiting = new Map();
  const said = [];
  socket.onmessage = ({ data }) => {
    const answer = JSON.parse(data);
    waiting.get(answer.id)?.(answer.result);
    if (answer.method === "Log.entryAdded" && answer.params.entry.level === "error") said.push(answer.params.entry.text);
    if (answer.method === "Runtime.exceptionThrown") said.push(answer.params.exceptionDetails.exception?.description ?? answer.params.exceptionDetails.text);
  };
  let count = 0;
  const ask = (method, params = {}) => new Promise((answered) => {
    waiting.set(++count, answered);
    socket.send(JSON.stringify({ id: count, method, params }));
  });
  // While one page gives way to another there may be none that could be asked: that is an error without a result.
  const run = async (expression) => (await ask("Runtime.evaluate", { expression, returnByValue: true }))?.result?.value;
  await Promise.all(["Page.enable", "Log.enable", "Runtime.enable"].map((method) => ask(method)));
  await ask("Page.navigate", { url });
  const press = `(() => { const found = [...document.querySelectorAll("button")].find((one) => one.textContent === ${JSON.stringify(click)}); found?.click(); return !!found; })()`;
  for (let tries = 0; click && tries < 400 && !(await run(press)); tries += 1) await pause(100);
  let text = "";
  for (let tries = 0; tries < 400; tries += 1) {
    text = (await run("document.body.innerText")) ?? "";
    if (parts.every((part) => text.includes(part))) break;
    await pause(100);
  }
  const shot = await ask("Page.captureScreenshot", { captureBeyondViewport: true });
  writeFileSync(picture, Buffer.from(shot.data, "base64"));
  console.log(JSON.stringify({ text, said }));
  end(0);
} catch (error) {
  end(1, error.stack);
}
