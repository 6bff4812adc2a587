"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const matrix = document.getElementById("matrix");
  const filters = document.getElementById("filters");
  const text = (number) => data.texts[number];
  const own = (from, key) => (Object.hasOwn(from, key) ? from[key] : undefined);
  const words = (state) => state.replaceAll("-", " ");

  // Whatever is shown goes through here: texts become text, never markup.
  const make = (tag, attributes, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children.filter((each) => each !== null && each !== ""));
    return made;
  };
  const unseen = (says) => make("span", {class: "unseen"}, says);
  const sign = (state) => make("span", {class: `sign s-${state}`, "aria-hidden": "true"}, data.states[state][0]);

  // --- one camera ---------------------------------------------------------------------------------

  const hasWaves = data.cameras.some((camera) => camera.wave !== null);
  const hasSites = data.cameras.some((camera) => "site" in camera.labels);
  const columns = 2 + hasWaves + hasSites + data.families.length;

  const cell = (camera, family) => {
    const found = own(camera.cells, family);
    const state = found ? found[0] : camera.read ? "unchanged" : "unread";
    const says = `${family}: ${found ? `${found[1]} ${found[1] === 1 ? "change" : "changes"}, ${words(state)}` : data.states[state][1]}`;
    const shown = found ? [sign(state), make("span", {class: "many", "aria-hidden": "true"}, String(found[1]))] : [sign(state)];
    return make("td", {class: found ? "cell told" : "cell", "data-family": family, title: says}, ...shown, unseen(says));
  };

  const row = (camera, number) => {
    const button = make(
      "button",
      {type: "button", class: "camera", "aria-expanded": "false", "aria-controls": `details-${number}`},
      make("span", {class: "turn", "aria-hidden": "true"}, "›"), make("span", {class: "name"}, camera.name),
    );
    const line = make(
      "tr", {class: "line"},
      make("th", {scope: "row"}, button),
      make("td", {class: "state"}, make("span", {class: `badge s-${camera.state}`}, sign(camera.state), words(camera.state))),
      hasSites ? make("td", {class: "aside"}, camera.labels.site || "") : null,
      hasWaves ? make("td", {class: "aside wave"}, camera.wave === null ? "" : unseen("wave "), camera.wave === null ? "–" : String(camera.wave)) : null,
      ...data.families.map((family) => cell(camera, family)),
    );
    const below = make("tr", {class: "below", id: `details-${number}`, hidden: true}, make("td", {colspan: columns}));
    return {camera, button, line, below};
  };

  const value = (number, kind, as) => make("td", {class: kind}, make("span", {class: "value", "data-as": as}, text(number)));
  const place = (number) => make("td", {class: "source"}, text(number) ? make("code", {class: "place"}, text(number)) : "");

  const [was, wanted] = data.carried ? ["was", "was to be"] : ["is", "is to be"];
  const changes = (numbers) => {
    const body = make("tbody");
    for (const number of numbers) {
      const [source, asked, noted, lines] = data.changes[number];
      for (const [what, before, after] of lines) {
        const needs = text(asked) ? make("span", {class: "needs"}, `needs --confirm ${text(asked)}`) : null;
        const note = text(noted) ? make("span", {class: "note"}, text(noted)) : null;
        body.append(make("tr", {}, make("th", {scope: "row"}, text(what), needs, note), value(before, "before", was), value(after, "after", wanted), place(source)));
      }
    }
    const heads = ["setting", was, wanted, "stated in"].map((each) => make("th", {scope: "col"}, each));
    return make("table", {class: "changes"}, make("thead", {}, make("tr", {}, ...heads)), body);
  };

  const kept = (wrong) => {
    const rows = wrong.map(([what, desired, sent, observed]) => make(
      "tr", {}, make("th", {scope: "row"}, text(what)), value(desired, "after", "desired"), value(sent, "after", "sent"), value(observed, "before", "observed"),
    ));
    const heads = ["kept otherwise", "desired", "sent", "observed"].map((each) => make("th", {scope: "col"}, each));
    return make("table", {class: "changes"}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows));
  };

  const resource = ([address, impacts, state, reason, numbers, wrong]) => make(
    "section", {class: "resource"},
    make(
      "h4", {}, sign(state), text(address), state === "changed" ? "" : make("span", {class: "verdict"}, words(state)),
      ...impacts.map((each) => make("span", {class: "impact"}, text(each))),
    ),
    reason === null ? "" : make("p", {class: "reason"}, text(reason)),
    changes(numbers),
    wrong.length ? kept(wrong) : "",
  );

  const request = ([where, what, body]) => make(
    "li", {}, make("code", {}, text(where)), " ", text(what), body === null ? "" : make("code", {class: "body"}, text(body)),
  );
  const requests = (sent) => make(
    "section", {class: "resource"}, make("h4", {}, "Requests"), make("ol", {class: "requests"}, ...sent.map(request)),
  );

  const details = (camera) => {
    const labels = Object.entries(camera.labels).map(([key, label]) => make("span", {class: "label"}, `${key}=${label}`));
    const parts = [make("p", {class: "about"}, make("span", {}, camera.about.join(" · ")), ...labels)];
    if (camera.error !== null) parts.push(make("p", {class: "reason"}, text(camera.error)));
    for (const each of camera.warnings) parts.push(make("p", {class: "warning"}, `warning: ${text(each)}`));
    parts.push(...camera.resources.map(resource));
    if (camera.requests.length) parts.push(requests(camera.requests));
    if (!camera.resources.length && camera.error === null) parts.push(make("p", {}, "Everything is as the files say."));
    return parts;
  };

  const open = (each, wanted) => {
    const hole = each.below.firstElementChild;
    if (wanted && !hole.childElementCount) hole.append(...details(each.camera)); // only those that somebody looks at
    each.button.setAttribute("aria-expanded", String(wanted));
    each.below.hidden = !wanted || each.line.hidden;
  };
  const isOpen = (each) => each.button.getAttribute("aria-expanded") === "true";

  // --- all cameras --------------------------------------------------------------------------------

  const rows = data.cameras.map(row);
  const heads = ["camera", "state", ...(hasSites ? ["site"] : []), ...(hasWaves ? ["wave"] : []), ...data.families];
  matrix.append(
    make("caption", {class: "unseen"}, "Cameras and the families of settings that differ"),
    make("thead", {}, make("tr", {}, ...heads.map((each) => make("th", {scope: "col"}, each)))),
    make("tbody", {}, ...rows.flatMap((each) => [each.line, each.below])),
  );
  const seen = new Set(data.cameras.flatMap((camera) => [
    camera.state, ...data.families.map((family) => (own(camera.cells, family) || [camera.read ? "unchanged" : "unread"])[0]),
  ]));
  const told = Object.entries(data.states).filter(([state]) => seen.has(state));
  document.getElementById("legend").append(...told.map(([state, [, says]]) => make("span", {}, sign(state), says)));

  // --- filters ------------------------------------------------------------------------------------

  const impactsOf = (camera) => camera.resources.flatMap(([, impacts]) => impacts.map(text));
  const stated = (camera) => Object.entries(camera.labels).map(([key, label]) => `${key}=${label}`);
  const choices = {
    state: (camera) => [words(camera.state)],
    site: (camera) => ("site" in camera.labels ? [camera.labels.site] : []),
    label: (camera) => stated(camera).filter((each) => !each.startsWith("site=")),
    wave: (camera) => (camera.wave === null ? [] : [String(camera.wave)]),
    impact: impactsOf,
    settings: (camera) => Object.keys(camera.cells),
  };
  const searched = ({name, about, state, labels, error, warnings, resources}) => [
    name, ...about, words(state), ...Object.entries(labels).map(([key, label]) => `${key}=${label}`),
    error === null ? "" : text(error), ...warnings.map(text),
    ...resources.flatMap(([address, impacts, , reason, numbers]) => [
      text(address), ...impacts.map(text), reason === null ? "" : text(reason),
      ...numbers.flatMap((number) => [text(data.changes[number][0]), text(data.changes[number][2]), ...data.changes[number][3].flat().map(text)]),
    ]),
  ].join("\n").toLowerCase();

  const search = make("input", {type: "search", id: "f-text", autocomplete: "off", spellcheck: "false", placeholder: "name, setting, value, file …"});
  const selects = {};
  filters.append(make("div", {class: "field wide"}, make("label", {for: "f-text"}, "text"), search));
  for (const [name, of] of Object.entries(choices)) {
    const values = [...new Set(data.cameras.flatMap(of))].sort((one, other) => one.localeCompare(other, "en", {numeric: true}));
    if (values.length < 2) continue; // nothing to choose from
    const options = values.map((each) => make("option", {value: each}, each));
    selects[name] = make("select", {id: `f-${name}`}, make("option", {value: ""}, "all"), ...options);
    filters.append(make("div", {class: "field"}, make("label", {for: `f-${name}`}, name), selects[name]));
  }
  const reset = make("button", {type: "reset"}, "Reset");
  const every = make("button", {type: "button"}, "Open all");
  filters.append(make("div", {class: "field buttons"}, reset, every));
  filters.hidden = false;

  const visible = () => rows.filter((each) => !each.line.hidden);
  const filter = () => {
    const wanted = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    for (const each of rows) {
      each.text = each.text || (wanted.length ? searched(each.camera) : "");
      const fits = wanted.every((word) => each.text.includes(word))
        && Object.entries(selects).every(([name, select]) => !select.value || choices[name](each.camera).includes(select.value));
      each.line.hidden = !fits;
      each.below.hidden = !fits || !isOpen(each);
    }
    const count = visible().length;
    const all = `${rows.length} ${rows.length === 1 ? "camera" : "cameras"}`;
    document.getElementById("count").textContent = count === rows.length ? all : `${count} of ${all}`;
    matrix.classList.toggle("empty", count === 0);
    name();
  };
  const name = () => {
    const shown = visible();
    every.textContent = shown.length && shown.every(isOpen) ? "Close all" : "Open all";
  };

  filters.addEventListener("input", filter);
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("reset", () => setTimeout(filter));
  every.addEventListener("click", () => {
    const wanted = every.textContent === "Open all";
    for (const each of visible()) open(each, wanted);
    name();
  });
  matrix.addEventListener("click", (event) => {
    const line = event.target.closest("tr.line");
    const each = rows.find((one) => one.line === line);
    if (!each || String(getSelection())) return;
    open(each, !isOpen(each));
    name();
  });
  matrix.addEventListener("keydown", (event) => {
    const shown = visible();
    const at = shown.findIndex((each) => each.button === event.target);
    const next = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1}[event.key];
    if (at < 0 || next === undefined || !shown[next]) return;
    event.preventDefault();
    shown[next].button.focus();
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    search.focus();
  });

  // Paper cannot be clicked: it gets everything that is chosen, opened, and then all is as it was.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = visible().filter((each) => !isOpen(each));
    for (const each of closed) open(each, true);
  });
  addEventListener("afterprint", () => {
    for (const each of closed) open(each, false);
  });

  filter();
})();
