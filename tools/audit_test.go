package main

import (
	"errors"
	"strings"
	"testing"
)

// What was not looked up is never said to be without a vulnerability.
func TestJudge(t *testing.T) {
	const fine, skipped = `{"name": "a", "version": "1", "vulns": []}`, `{"name": "b", "skip_reason": "not on PyPI"}`
	const known = `{"name": "c", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1", "3"]}, {"id": "PYSEC-2", "fix_versions": []}]}`
	for _, c := range []struct{ packages, said, want string }{
		{fine, "1 of 1 packages looked up, 0 known vulnerabilities", ""},
		{fine + "," + skipped, "1 of 2 packages looked up, 0 known vulnerabilities\n  b: not on PyPI", "1 packages were not looked up"},
		{fine + "," + known, "2 of 2 packages looked up, 2 known vulnerabilities\n  c 2: PYSEC-1, mended in 2.1, 3\n  c 2: PYSEC-2, mended in no version yet", "there are known vulnerabilities"},
		{skipped, "none of 1 packages looked up", errNobodyKnows.Error()},
		{"", "none of 0 packages looked up", errNobodyKnows.Error()},
	} {
		said, err := judge([]byte(`{"dependencies": [` + c.packages + `], "fixes": []}`))
		if said != c.said || (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %q, %v, want %q, %q", c.packages, said, err, c.said, c.want)
		}
	}
	if _, err := judge([]byte("<html>")); err == nil || errors.Is(err, errNobodyKnows) {
		t.Errorf("no JSON: %v", err)
	}
}
