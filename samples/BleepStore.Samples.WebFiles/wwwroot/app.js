import { md5 } from "./md5.js";

const partSize = 8 * 1024 * 1024;
const partsAtATime = 3;
const images = /\.(png|jpe?g|gif|webp|avif)$/i;
const videos = /\.(mp4|webm|ogv)$/i;

const byId = id => document.getElementById(id);

// Asked for once. What changes something waits for it, also when the user is faster.
let token;
const tokenOf = () => token ??= call("token").then(answer => answer.token);

/** Calls the application. Its failures are problem details, which say what to do. */
async function call(path, body) {
  const options = body === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-TOKEN": await tokenOf() },
    body: JSON.stringify(body),
  };
  const answer = await fetch(`/api/${path}`, options);
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw new Error(problem.detail ?? problem.title ?? `The application answered ${answer.status}.`);
  }

  return answer.status === 204 ? null : answer.json();
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function button(text, action) {
  return element("button", { type: "button", textContent: text, onclick: () => run(action) });
}

/** Runs an action and shows its failure. */
async function run(action) {
  byId("error").hidden = true;
  try {
    await action();
  } catch (error) {
    byId("error").textContent = error.message;
    byId("error").hidden = false;
  }
}

function sizeText(bytes) {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  for (; bytes >= 1024 && unit < units.length - 1; unit++) bytes /= 1024;
  return `${unit === 0 ? bytes : bytes.toFixed(1)} ${units[unit]}`;
}

// Every character of a key is escaped, so "#", "?" and "%" arrive as they are.
const addressOf = key => `/files/${key.split("/").map(encodeURIComponent).join("/")}`;

async function showFiles() {
  const files = await call("files");
  byId("empty").hidden = files.length > 0;
  byId("files").replaceChildren(...files.map(showFile));
}

function showFile(file) {
  const address = addressOf(file.key);
  const row = element("article", { className: "file" },
    element("div", {},
      element("div", { className: "name", textContent: file.key }),
      element("div", { className: "facts", textContent: `${sizeText(file.size)}, ${new Date(file.modified).toLocaleString()}` })),
    element("div", { className: "actions" },
      element("a", { className: "button", href: address, download: file.key.split("/").pop(), textContent: "Download" }),
      button("Delete", async () => {
        await call("files/delete", { key: file.key });
        await showFiles();
      })));
  row.dataset.key = file.key;
  if (images.test(file.key)) row.append(element("img", { src: address, alt: file.key, loading: "lazy" }));
  if (videos.test(file.key)) row.append(element("video", { src: address, controls: true, preload: "metadata" }));
  return row;
}

async function showUnfinished() {
  for (const { key, uploadId } of await call("uploads")) offer(uploadRow(key), { key, uploadId, needsMd5: true });
}

/** Offers to go on with an upload. The browser does not keep files, so the user chooses the file again. */
function offer(row, begun) {
  const choose = element("input", {
    type: "file",
    onchange: () => run(() => new Upload(choose.files[0], row, begun).run()),
  });
  row.facts.textContent = "not finished: choose the same file again to go on";
  row.actions.replaceChildren(
    element("label", { className: "button" }, "Choose file", choose),
    button("Discard", () => discard(row, begun.key, begun.uploadId)));
}

async function discard(row, key, uploadId) {
  await call("uploads/abort", { key, uploadId });
  row.element.remove();
}

function uploadRow(name) {
  const facts = element("div", { className: "facts" });
  const actions = element("div", { className: "actions" });
  const bar = element("progress", { max: 1, value: 0 });
  const row = element("article", { className: "upload" },
    element("div", {}, element("div", { className: "name", textContent: name }), facts), actions, bar);
  row.dataset.key = name;
  byId("uploads").append(row);
  return { element: row, facts, actions, bar };
}

class OtherFileError extends Error {
  constructor() {
    super("This is not the file whose parts are stored. Choose the same file again, or discard the upload.");
  }
}

/** One file on its way up, in parts. Each part goes straight to where its URL leads. */
class Upload {
  constructor(file, row, begun) {
    this.file = file;
    this.row = row;
    this.begun = begun;
    this.sent = new Map();
    this.requests = new Set();
    this.current = null;
  }

  async run() {
    const run = this.current = {};
    this.sent.clear();
    this.parts = Array.from({ length: Math.ceil(this.file.size / partSize) }, (_, i) => (
      { number: i + 1, size: Math.min(partSize, this.file.size - i * partSize), md5: null }));
    this.row.actions.replaceChildren(button("Cancel", async () => this.cancel()));
    try {
      if (this.begun && (this.file.name !== this.begun.key || this.file.size === 0)) throw new OtherFileError();
      if (this.file.size === 0) {
        await call("files/empty", { key: this.file.name, type: this.file.type || null });
        this.row.element.remove();
        await showFiles();
        return;
      }

      this.begun ??= { key: this.file.name, ...await call("uploads", { key: this.file.name, type: this.file.type || null }) };
      const { key, uploadId } = this.begun;
      const there = new Map((await call(`uploads/parts?${new URLSearchParams({ key, uploadId })}`)).map(part => [part.partNumber, part]));
      if ([...there.values()].some(part => part.size !== this.parts[part.partNumber - 1]?.size)) throw new OtherFileError();
      const rest = [...this.parts];
      const send = async () => {
        for (let part; this.current === run && (part = rest.shift());) await this.sendPart(run, part, there.get(part.number));
      };
      await Promise.all(Array.from({ length: partsAtATime }, send));
      if (this.current !== run) return;
      await call("uploads/complete", { key, uploadId, parts: this.parts });
      this.row.element.remove();
      await showFiles();
    } catch (error) {
      if (this.current !== run) return;
      this.cancel();
      if (error instanceof OtherFileError) offer(this.row, this.begun);
      throw error;
    }
  }

  async sendPart(run, part, there) {
    const { number } = part;
    const bytes = new Uint8Array(await this.file.slice((number - 1) * partSize, number * partSize).arrayBuffer());
    part.md5 = this.begun.needsMd5 || there ? md5(bytes) : null;
    if (there && there.eTag === part.md5) {
      this.show(number, bytes.length);
      return;
    }

    const { key, uploadId } = this.begun;
    const target = await call("uploads/parts", { key, uploadId, number, md5: part.md5 });
    if (this.current === run) await this.put(target, number, bytes);
  }

  // fetch tells nothing of a body on its way up, so this is the older API.
  put(target, number, bytes) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      this.requests.add(request);
      request.open(target.method, target.url);
      for (const [name, value] of Object.entries(target.headers)) {
        if (name.toLowerCase() !== "content-length") request.setRequestHeader(name, value);
      }

      request.upload.onprogress = event => this.show(number, event.loaded);
      request.onload = () => request.status < 300 ? resolve() : reject(new Error(`Part ${number} was answered with ${request.status}.`));
      request.onerror = () => reject(new Error(`Part ${number} could not be sent. Is the network there, and does the storage allow this page (CORS)?`));
      request.onabort = () => resolve();
      request.onloadend = () => this.requests.delete(request);
      request.send(bytes);
    });
  }

  show(number, loaded) {
    this.sent.set(number, loaded);
    const sum = Math.min(this.file.size, [...this.sent.values()].reduce((x, y) => x + y, 0));
    this.row.bar.value = sum / this.file.size;
    this.row.facts.textContent = `${sizeText(sum)} of ${sizeText(this.file.size)}`;
  }

  cancel() {
    this.current = null;
    this.requests.forEach(request => request.abort());
    this.row.actions.replaceChildren(
      button("Resume", () => this.run()),
      ...(this.begun ? [button("Discard", () => discard(this.row, this.begun.key, this.begun.uploadId))] : []));
  }
}

byId("choose").onchange = event => {
  for (const file of event.target.files) run(() => new Upload(file, uploadRow(file.name)).run());
  event.target.value = "";
};

await run(async () => {
  await showFiles();
  await showUnfinished();
});
