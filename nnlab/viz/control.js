(() => {
  // The server's addresses stand in JupyterLab's page; elsewhere the picture stays.
  const config = document.getElementById("jupyter-config-data");
  if (!config || !window.WebSocket) return;
  const page = JSON.parse(config.textContent), set = SETTING;
  const find = (tries) => {
    const live = document.getElementById(set.id);
    if (live) { if (!live.dataset.nnlab) connect(live); }
    else if (tries > 0) setTimeout(find, 50, tries - 1);
  };
  const connect = (live) => {
    live.dataset.nnlab = "waiting";
    // As JupyterLab itself speaks with a kernel, but on a comm of the control's own.
    const comm = crypto.randomUUID?.() ?? String(Math.random()).slice(2), session = comm + "-session";
    const base = page.wsUrl || new URL(page.baseUrl || "/", location.href).href.replace(/^http/, "ws");
    const query = "?session_id=" + session + (page.token ? "&token=" + encodeURIComponent(page.token) : "");
    const socket = new WebSocket(base.replace(/\/*$/, "/") + "api/kernels/" + set.kernel + "/channels" + query);
    let sent = 0;
    const send = (kind, content) => socket.send(JSON.stringify({
      channel: "shell", parent_header: {}, metadata: {}, buffers: [], content: {comm_id: comm, ...content},
      header: {msg_id: comm + "-" + sent++, msg_type: kind, session, username: "", date: new Date().toISOString(), version: "5.4"},
    }));
    const control = make(live, (value) => send("comm_msg", {data: {value}}));
    socket.onopen = () => send("comm_open", {target_name: "nnlab.control", data: {id: set.id}});
    socket.onclose = () => control.end();
    socket.onmessage = (event) => {
      if (typeof event.data !== "string") return;
      const message = JSON.parse(event.data);
      if (message.content?.comm_id !== comm) return;
      if (message.header.msg_type === "comm_msg") control.begin();
      if (message.header.msg_type === "comm_close") socket.close();
    };
  };
  // make puts the control into the page, out of sight until the kernel listens.
  const make = (live, tell) => {
    const input = document.createElement(set.button ? "button" : "input");
    input.setAttribute("data-lm-suppress-shortcuts", ""); // JupyterLab would take the keys for itself
    if (set.button) {
      let pressed = 0;
      input.type = "button";
      input.textContent = set.label;
      input.className = "jp-Button jp-mod-styled";
      input.onclick = () => tell(++pressed);
      live.append(input);
    } else {
      const steps = 1000, ratio = Math.log(set.hi / set.lo);
      const value = () => set.log ? Number((set.lo * Math.exp(ratio * input.value / steps)).toPrecision(3)) : set.lo + (set.hi - set.lo) * input.value / steps;
      const place = (v) => Math.round(steps * (set.log ? Math.log(v / set.lo) / ratio : (v - set.lo) / (set.hi - set.lo)));
      const label = document.createElement("label"), output = document.createElement("output");
      const say = (v) => { output.textContent = v.toLocaleString(set.language, {maximumSignificantDigits: 3}); input.setAttribute("aria-valuetext", output.textContent); };
      Object.assign(input, {type: "range", min: 0, max: steps, step: 1, value: place(set.value)});
      input.style.cssText = "width:260px;margin:0 10px;vertical-align:middle;accent-color:#4a90d9";
      let waits = false;
      input.oninput = () => {
        say(value());
        if (waits) return;
        waits = true; // no more than twenty moves a second; the last one counts
        setTimeout(() => { waits = false; if (!input.disabled) tell(value()); }, 50);
      };
      label.append(set.label, input, output);
      say(set.value);
      live.append(label);
    }
    return {
      begin() {
        live.dataset.nnlab = "live";
        live.style.display = "block";
        live.previousElementSibling.style.display = "none";
      },
      end() { input.disabled = true; live.dataset.nnlab = "ended"; },
    };
  };
  find(40);
})();
