package session

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// history is what has been executed since the kernel was started.
type history struct {
	mu      sync.Mutex
	entries []entry
}

type entry struct {
	count  int
	source string
	output string // the text of its result, "" without one
}

func (h *history) add(e entry) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.entries = append(h.entries, e)
}

func (s *Session) searchHistory(r request) {
	asked := struct {
		Output  bool   `json:"output"`
		Type    string `json:"hist_access_type"`
		Session int    `json:"session"`
		Start   int    `json:"start"`
		Stop    int    `json:"stop"`
		N       int    `json:"n"`
		Pattern string `json:"pattern"`
		Unique  bool   `json:"unique"`
	}{}
	if !s.content(r, &asked) {
		return
	}
	s.history.mu.Lock()
	entries := slices.Clone(s.history.entries)
	s.history.mu.Unlock()
	switch asked.Type {
	case "range":
		// There is one session only: this one, 0, or by its number, 1.
		if asked.Session != 0 && asked.Session != 1 {
			entries = nil
		}
		entries = slices.DeleteFunc(entries, func(e entry) bool {
			return e.count < asked.Start || asked.Stop > 0 && e.count >= asked.Stop
		})
	case "search":
		pattern, err := glob(asked.Pattern)
		if err != nil { // it is longer than any cell
			s.reply(r, "history_reply", failure("padrão inválido", err.Error(), nil))
			return
		}
		entries = slices.DeleteFunc(entries, func(e entry) bool {
			return !pattern.MatchString(e.source)
		})
		if asked.Unique {
			seen := map[string]bool{}
			slices.Reverse(entries)
			entries = slices.DeleteFunc(entries, func(e entry) bool {
				was := seen[e.source]
				seen[e.source] = true
				return was
			})
			slices.Reverse(entries)
		}
	}
	if asked.Type != "range" && asked.N > 0 && len(entries) > asked.N {
		entries = entries[len(entries)-asked.N:]
	}
	found := make([][3]any, len(entries))
	for i, e := range entries {
		found[i] = [3]any{1, e.count, e.source}
		if asked.Output {
			var output any
			if e.output != "" {
				output = e.output
			}
			found[i][2] = [2]any{e.source, output}
		}
	}
	s.reply(r, "history_reply", map[string]any{"status": "ok", "history": found})
}

// glob is a pattern in which * stands for any text and ? for any character.
func glob(pattern string) (*regexp.Regexp, error) {
	if pattern == "" {
		pattern = "*"
	}
	quoted := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
	return regexp.Compile("(?s)^" + quoted + "$")
}
