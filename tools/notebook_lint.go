package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

const (
	longestCell     = 10      // lines
	largestNotebook = 1 << 20 // bytes, with its outputs
)

// lintNotebooks looks at each notebook of the lecture as it is committed.
func lintNotebooks(context.Context) (string, error) {
	paths, err := lectureNotebooks()
	if err != nil {
		return "", err
	}
	var wrong []string
	for _, p := range paths {
		nb, err := readNotebook(p)
		if err != nil {
			return "", err
		}
		for _, w := range nb.wrong() {
			wrong = append(wrong, p+": "+w)
		}
	}
	if wrong != nil {
		err = errors.New("the notebooks are not as CONTRIBUTING.md wants them")
	}
	return strings.Join(wrong, "\n"), err
}

// wrong says what a reader of the notebook would miss.
func (nb *notebook) wrong() (wrong []string) {
	say := func(c *cell, format string, args ...any) {
		where := ""
		if c != nil {
			where = "cell " + c.ID + ": "
		}
		wrong = append(wrong, where+fmt.Sprintf(format, args...))
	}
	if nb.size > largestNotebook {
		say(nil, "has %d bytes, more than %d", nb.size, largestNotebook)
	}
	if len(nb.Cells) == 0 || nb.Cells[0].Type != "markdown" || !strings.HasPrefix(string(nb.Cells[0].Source), "# ") {
		say(nil, "does not begin with a title")
	}
	executed := 0
	for i := range nb.Cells {
		c := &nb.Cells[i]
		if c.Type == "markdown" {
			for _, w := range brokenLinks(string(c.Source), filepath.Dir(nb.path)) {
				say(c, "%s", w)
			}
			continue
		}
		if n := strings.Count(string(c.Source), "\n") + 1; n > longestCell {
			say(c, "has %d lines, more than %d", n, longestCell)
		}
		if strings.HasPrefix(string(c.Source), "%%") || strings.Contains(string(c.Source), "\n%%") {
			say(c, "is a %%%% cell")
		}
		if executed++; c.ExecutionCount == nil || *c.ExecutionCount != executed {
			say(c, "was not run as number %d: run the notebook whole", executed)
		}
		for k := range c.Outputs {
			if w := c.Outputs[k].wrong(); w != "" && !(c.Outputs[k].Type == "error" && c.tagged("raises-exception")) {
				say(c, "%s", w)
			}
		}
	}
	return wrong
}

var (
	imgAlt = regexp.MustCompile(`<img\b[^>]*\balt="([^"]*)"`)
	script = regexp.MustCompile(`(?s)<script\b.*?</script>`)
)

// wrong says what is missing of an output: a picture is there without scripts, and in words.
// A script that has all that it needs may move it.
func (o *cellOutput) wrong() string {
	if o.Type == "error" {
		return "ends with the error " + o.EName
	}
	html, err := o.text("text/html")
	if err != nil {
		return err.Error()
	}
	plain, err := o.text("text/plain")
	if err != nil {
		return err.Error()
	}
	still := script.ReplaceAllString(html, "")
	// ECharts stands beside the kernel, not in the notebook.
	needs := still != html && (!strings.Contains(still, "<img") || strings.Contains(html, "echarts"))
	html = still
	picture := o.Data["image/svg+xml"] != nil || o.Data["image/png"] != nil || strings.Contains(html, "<img")
	switch alt := imgAlt.FindAllStringSubmatch(html, -1); {
	case needs:
		return "needs a script: save what `nnlab-kernel exec` makes, not JupyterLab"
	case picture && strings.TrimSpace(plain) == "":
		return "a figure without its words in text/plain"
	case picture && len(alt) < max(1, strings.Count(html, "<img")):
		return "a figure without alternative text"
	case picture && strings.TrimSpace(alt[0][1]) == "":
		return "a figure whose alternative text is empty"
	}
	return ""
}

var (
	markdownLink = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	inHouse      = regexp.MustCompile("`((?:nnlab|datasets|kernel|notebooks|docs|frontend)/[^`\\s]*)`")
)

// brokenLinks says which files are not there that a text links to, from its folder, or
// names from the top of the repository. Pages of the web are not asked for.
func brokenLinks(text, folder string) (broken []string) {
	for _, m := range markdownLink.FindAllStringSubmatch(text, -1) {
		target, _, _ := strings.Cut(m[1], "#")
		if target == "" || strings.HasPrefix(target, "https://") || strings.HasPrefix(target, "attachment:") {
			continue
		}
		if _, err := os.Stat(path.Join(folder, target)); err != nil {
			broken = append(broken, "links to "+m[1]+", which is not there")
		}
	}
	for _, m := range inHouse.FindAllStringSubmatch(text, -1) {
		if _, err := os.Stat(m[1]); err != nil {
			broken = append(broken, "names "+m[1]+", which is not there")
		}
	}
	return broken
}
