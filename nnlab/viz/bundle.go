package viz

import (
	"encoding/base64"
	"fmt"
	"os"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/nnlab/notebook"
)

// What shows where, tried in JupyterLab: an untrusted notebook strips inline SVG
// and scripts but keeps an <img> with its data in it, and so do nbconvert's pages
// and viewers without scripts. So that is the picture. A trusted page runs the
// script, which hides the picture only once the interactive chart stands in its
// place; whatever fails, the picture stays.

// picture is the figure without scripts.
func (f *Figure) picture() string {
	return fmt.Sprintf(`<img alt="%s" src="data:image/svg+xml;base64,%s">`, escape(f.Alt), base64.StdEncoding.EncodeToString([]byte(f.SVG)))
}

// bundle is the figure in every form. The id must be of this figure alone.
func (f *Figure) bundle(id string) (notebook.Bundle, error) {
	b := notebook.Bundle{notebook.Plain: plain.Text(f.Alt), notebook.SVG: f.SVG, notebook.HTML: f.picture()}
	if f.interactive == nil || os.Getenv("NNLAB_ECHARTS") != "1" {
		return b, nil
	}
	option, err := f.interactive.option()
	if err != nil {
		return nil, err
	}
	b[notebook.HTML] = fmt.Sprintf(live, f.picture(), id, f.height, id, option)
	return b, nil
}

// live loads ECharts once per page from beside the kernelspec. While it loads,
// AMD's define is hidden, or the library would register with require.js instead
// of becoming a global.
const live = `<div>%s<div id="%s" style="display:none;width:100%%;max-width:900px;height:%dpx"></div></div>
<script>
(() => {
  const config = document.getElementById("jupyter-config-data");
  if (!config) return;
  const base = JSON.parse(config.textContent).baseUrl;
  window.nnlabECharts ??= new Promise((done, failed) => {
    const define = window.define;
    window.define = undefined;
    const script = document.createElement("script");
    script.src = base + "kernelspecs/nnlab/echarts.min.js";
    script.onload = () => { window.define = define; done(window.echarts); };
    script.onerror = (e) => { window.define = define; failed(e); };
    document.head.append(script);
  });
  const show = (echarts, tries) => {
    const live = document.getElementById("%s");
    if (!live || !live.isConnected) {
      if (tries > 0) setTimeout(show, 50, echarts, tries - 1);
      return;
    }
    if (live.dataset.nnlab) return;
    live.dataset.nnlab = "live";
    live.style.display = "block";
    const chart = echarts.init(live, null, {renderer: "svg"});
    chart.setOption(%s);
    live.previousElementSibling.style.display = "none";
    new ResizeObserver(() => chart.resize()).observe(live);
  };
  window.nnlabECharts.then((echarts) => show(echarts, 40)).catch(() => {});
})();
</script>`
