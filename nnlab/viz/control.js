(() => {
  // The server's addresses stand in JupyterLab's page; elsewhere the picture stays.
  const config = document.getElementById("jupyter-config-data");
  if (!config || !window.WebSocket) return;
  const page = JSON.parse(config.textContent), set = SETTING;
  const beat = 500; // ms; what is not answered within two is said again
  const find = (tries) => {
    const live = document.getElementById(set.id);
    if (live) { if (!live.dataset.nnlab) connect(live); }
    else if (tries > 0) setTimeout(find, 50, tries - 1);
  };
  // connect holds the line to the kernel: as JupyterLab itself speaks with it, but
  // on a comm of the control's own. Each message of ours is sent until the kernel
  // has answered it with how many moves it has heard; one move is under way at a time.
  const connect = (live) => {
    live.dataset.nnlab = "waiting";
    const comm = crypto.randomUUID?.() ?? String(Math.random()).slice(2), session = comm + "-session";
    const base = page.wsUrl || new URL(page.baseUrl || "/", location.href).href.replace(/^http/, "ws");
    const query = "?session_id=" + session + (page.token ? "&token=" + encodeURIComponent(page.token) : "");
    const address = base.replace(/\/*$/, "/") + "api/kernels/" + set.kernel + "/channels" + query;
    let socket, sent = 0, answered = false, silent = 0, failed = 0, heard = 0, ended = false;
    const moves = []; // which the kernel has not heard; of a slider's the first and the last
    const send = (kind, content) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({
        channel: "shell", parent_header: {}, metadata: {}, buffers: [], content: {comm_id: comm, ...content},
        header: {msg_id: comm + "-" + sent++, msg_type: kind, session, username: "", date: new Date().toISOString(), version: "5.4"},
      }));
    };
    const move = () => { if (moves.length) send("comm_msg", {data: {number: heard + 1, value: moves[0]}}); };
    const say = () => { send("comm_open", {target_name: "nnlab.control", data: {id: set.id}}); move(); };
    const control = make(live, (value) => {
      if (set.button || moves.length < 2) moves.push(value);
      else moves[1] = value;
      if (moves.length === 1) move();
    });
    const end = () => { ended = true; clearInterval(clock); socket.close(); control.end(); };
    const clock = setInterval(() => {
      if (answered && !moves.length) silent = 0;
      else if (++silent >= 2) { control.offline(true); say(); }
    }, beat);
    const hear = (event) => {
      if (typeof event.data !== "string") return;
      const message = JSON.parse(event.data);
      if (message.content?.comm_id !== comm) return;
      if (message.header.msg_type === "comm_close") return end();
      if (message.header.msg_type !== "comm_msg") return;
      const news = message.content.data.heard - heard;
      answered = true;
      failed = 0;
      control.begin();
      if (news > 0) {
        moves.splice(0, news);
        heard += news;
        move();
      }
      if (news > 0 || !moves.length) { silent = 0; control.offline(false); }
    };
    const dial = () => {
      socket = new WebSocket(address);
      socket.onopen = say;
      socket.onmessage = hear;
      socket.onclose = () => {
        if (ended) return;
        answered = false;
        control.offline(true);
        // As long as JupyterLab tries; then there is no such kernel any more.
        if (++failed > 7) { end(); control.offline(true); }
        else setTimeout(dial, beat * 2 ** failed);
      };
    };
    dial();
  };
  // make puts the control into the page, when the kernel listens, and a note, while it does not.
  const make = (live, tell) => {
    const inputs = (set.labels ?? [set.label]).map(() => document.createElement(set.button ? "button" : "input"));
    const [input] = inputs, note = document.createElement("span");
    let body = input, begun = false;
    for (const i of inputs) i.setAttribute("data-lm-suppress-shortcuts", ""); // JupyterLab would take the keys for itself
    note.setAttribute("role", "status");
    note.style.marginLeft = "10px";
    if (set.button) {
      let pressed = 0;
      inputs.forEach((b, i) => {
        b.type = "button";
        b.textContent = set.labels?.[i] ?? set.label;
        b.className = "jp-Button jp-mod-styled";
        b.style.marginRight = "6px";
        b.onclick = () => tell(set.labels ? i : ++pressed); // which one, or how often
      });
      if (set.labels) {
        body = document.createElement("span");
        body.setAttribute("role", "group");
        body.setAttribute("aria-label", set.label);
        body.append(set.label + " ", ...inputs);
      }
    } else {
      const steps = 1000, ratio = Math.log(set.hi / set.lo);
      const value = () => set.log ? Number((set.lo * Math.exp(ratio * input.value / steps)).toPrecision(3)) : set.lo + (set.hi - set.lo) * input.value / steps;
      const place = (v) => Math.round(steps * (set.log ? Math.log(v / set.lo) / ratio : (v - set.lo) / (set.hi - set.lo)));
      const output = document.createElement("output");
      const say = (v) => { output.textContent = numbers(set.comma).short(v, 1e-7); input.setAttribute("aria-valuetext", output.textContent); };
      Object.assign(input, {type: "range", min: 0, max: steps, step: 1, value: place(set.value)});
      input.style.cssText = "width:260px;margin:0 10px;vertical-align:middle;accent-color:#4a90d9";
      let waits = false;
      input.oninput = () => {
        say(value());
        if (waits) return;
        waits = true; // no more than twenty moves a second; the last one counts
        setTimeout(() => { waits = false; if (!input.disabled) tell(value()); }, 50);
      };
      body = document.createElement("label");
      body.append(set.label, input, output);
      say(set.value);
    }
    live.append(note);
    return {
      begin() {
        if (begun) return;
        begun = true;
        live.dataset.nnlab = "live";
        live.prepend(body);
        live.style.display = "block";
        live.previousElementSibling.style.display = "none";
      },
      offline(is) {
        note.textContent = is ? set.offline : "";
        live.style.display = is || begun ? "block" : "none";
      },
      end() {
        this.offline(false);
        for (const i of inputs) i.disabled = true;
        live.dataset.nnlab = "ended";
      },
    };
  };
  find(200);

NUMBERS
})();
