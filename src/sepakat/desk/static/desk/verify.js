// Checks a statement in the reader's own browser: signature, leaf, inclusion, checkpoint,
// cosignature (DSSE v1.0.2, RFC 9162 section 2.1.3.2, C2SP signed-note and tlog-cosignature).
// The words that it shows are attributes of the page, in the reader's language.
"use strict";

(() => {
  const utf8 = new TextEncoder();
  const text = new TextDecoder();

  const bytes = (base64) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

  const join = (...parts) => {
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  };

  const sha256 = async (...parts) =>
    new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));

  const same = (one, two) => one.length === two.length && one.every((byte, i) => byte === two[i]);

  const hex = (data) => Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");

  const verifies = async (key, message, signature) => {
    const imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, [
      "verify",
    ]);
    return crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
  };

  // A verifier key is name+key ID+base64 of the type byte and the key.
  const verifierKey = (vkey) => {
    const [name, id, ...rest] = vkey.split("+");
    const material = bytes(rest.join("+"));
    return { name, id, key: material.slice(1) };
  };

  const parseNote = (note) => {
    const end = note.lastIndexOf("\n\n") + 1;
    const signed = note.slice(0, end);
    const [origin, size, root] = signed.split("\n");
    const lines = note.slice(end + 1).split("\n").filter(Boolean);
    const signatures = lines.map((line) => {
      const [, name, value] = line.split(" ");
      const data = bytes(value);
      return { name, id: hex(data.slice(0, 4)), value: data.slice(4) };
    });
    return { signed, origin, size: Number(size), root: bytes(root), signatures };
  };

  const signatureOf = (note, key) =>
    note.signatures.find((found) => found.name === key.name && found.id === key.id);

  async function isSigned(given) {
    const envelope = JSON.parse(text.decode(bytes(given.envelope)));
    const payload = bytes(envelope.payload);
    const type = utf8.encode(envelope.payloadType);
    const head = utf8.encode(`DSSEv1 ${type.length} `);
    const message = join(head, type, utf8.encode(` ${payload.length} `), payload);
    const keys = new Map();
    for (const key of given.statement_keys.map(bytes)) {
      keys.set(hex(await sha256(key)).slice(0, 32), key);
    }
    for (const { keyid, sig } of envelope.signatures) {
      const key = keys.get(keyid);
      if (!key || !(await verifies(key, message, bytes(sig)))) return false;
    }
    return envelope.signatures.length > 0;
  }

  async function commits(given) {
    if (given.salt === null) return null;
    const prefix = utf8.encode("sepakat/leaf/v1");
    const leaf = await sha256(prefix, bytes(given.salt), bytes(given.envelope));
    return same(leaf, bytes(given.leaf));
  }

  async function isIncluded(given, note) {
    if (given.index >= note.size) return false;
    let node = given.index;
    let last = note.size - 1;
    let hash = await sha256(Uint8Array.of(0), bytes(given.leaf));
    for (const sibling of given.proof.map(bytes)) {
      if (last === 0) return false;
      if (node % 2 === 1 || node === last) {
        hash = await sha256(Uint8Array.of(1), sibling, hash);
        while (node % 2 === 0 && node !== 0) {
          node = Math.floor(node / 2);
          last = Math.floor(last / 2);
        }
      } else {
        hash = await sha256(Uint8Array.of(1), hash, sibling);
      }
      node = Math.floor(node / 2);
      last = Math.floor(last / 2);
    }
    return last === 0 && same(hash, note.root);
  }

  async function isLogSigned(note, card) {
    const key = verifierKey(card.log_key);
    const found = signatureOf(note, key);
    if (!found || key.name !== note.origin) return false;
    return verifies(key.key, utf8.encode(note.signed), found.value);
  }

  async function isCosigned(note, others) {
    let seen = null;
    for (const card of others) {
      const key = verifierKey(card.witness_key);
      const found = signatureOf(note, key);
      if (!found) continue;
      const time = new DataView(found.value.buffer, found.value.byteOffset).getBigUint64(0);
      const message = utf8.encode(`cosignature/v1\ntime ${time}\n${note.signed}`);
      if (!(await verifies(key.key, message, found.value.slice(8)))) return false;
      seen = true;
    }
    return seen;
  }

  async function ownCards(input, words) {
    const cards = [];
    for (const file of input.files) {
      try {
        const card = JSON.parse(await file.text());
        if (!card.nation || !card.log_key || !card.witness_key) throw new Error();
        cards.push(card);
      } catch {
        throw new Error(`${words.cards} ${file.name}`);
      }
    }
    return cards;
  }

  const show = (list, words, name, holds) => {
    const item = document.createElement("li");
    const mark = document.createElement("span");
    mark.setAttribute("aria-hidden", "true");
    mark.textContent = holds === null ? "–" : holds ? "✓" : "✗";
    const heard = document.createElement("span");
    heard.className = "visually-hidden";
    heard.textContent = holds === null ? words.absent : holds ? words.holds : words.fails;
    item.append(mark, heard, ` ${name}`);
    item.dataset.holds = String(holds);
    list.append(item);
  };

  const complain = (list, message) => {
    const item = document.createElement("li");
    item.className = "error-message";
    item.textContent = message;
    list.append(item);
  };

  async function check(part) {
    const words = part.dataset;
    const list = part.querySelector("#steps-here");
    list.replaceChildren();
    let given;
    let chosen;
    try {
      const answer = await fetch(words.document, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(words.failed);
      given = await answer.json();
      chosen = await ownCards(part.querySelector("#cards"), words);
    } catch (error) {
      complain(list, error.message || words.failed);
      return;
    }
    const cards = chosen.length ? chosen : given.cards;
    const card = cards.find((found) => found.nation === given.nation);
    const others = cards.filter((found) => found.nation !== given.nation);
    const steps = [
      [words.signature, () => isSigned(given)],
      [words.leaf, () => commits(given)],
      [words.root, () => isIncluded(given, parseNote(given.checkpoint))],
      [words.log, () => (card ? isLogSigned(parseNote(given.checkpoint), card) : null)],
      [words.cosigned, () => isCosigned(parseNote(given.checkpoint), others)],
    ];
    for (const [name, holds] of steps) {
      try {
        show(list, words, name, await holds());
      } catch (error) {
        if (error.name === "NotSupportedError" || error.name === "DataError") {
          complain(list, words.unable);
          return;
        }
        show(list, words, name, false);
      }
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    const part = document.getElementById("checked-here");
    if (!part) return;
    part.hidden = false;
    const button = part.querySelector("#check-here");
    if (!globalThis.crypto || !crypto.subtle) {
      button.disabled = true;
      complain(part.querySelector("#steps-here"), part.dataset.unable);
      return;
    }
    button.addEventListener("click", () => check(part));
  });
})();
