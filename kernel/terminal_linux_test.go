package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// terminalOf opens a pseudo-terminal of so many columns and returns what sees its
// screen and what a program gets.
func terminalOf(t *testing.T, columns uint16) (screen, program *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { screen.Close() })
	fd := int(screen.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns}); err != nil {
		t.Fatal(err)
	}
	if program, err = os.OpenFile(fmt.Sprint("/dev/pts/", n), os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	return screen, program
}

// orders are the control sequences that the progress uses, and line ends.
var orders = regexp.MustCompile("\x1b\\[(\\d*)([AJK])|\r|\n")

// shown is the screen after some text, and the longest line of a running notebook
// that was ever on it: these must not wrap, or more than they would have to go.
func shown(t *testing.T, text string) (lines []string, longest int) {
	t.Helper()
	lines, row, column := []string{""}, 0, 0
	put := func(s string) {
		line := []rune(lines[row])
		for _, r := range s {
			if column < len(line) {
				line[column] = r
			} else {
				line = append(line, r)
			}
			column++
		}
		lines[row] = string(line)
		if strings.Contains(lines[row], "▸") {
			longest = max(longest, utf8.RuneCountInString(lines[row]))
		}
	}
	for text != "" {
		at := orders.FindStringSubmatchIndex(text)
		if at == nil {
			put(text)
			break
		}
		put(text[:at[0]])
		switch order := text[at[0]:at[1]]; {
		case order == "\r":
			column = 0
		case order == "\n":
			if row++; row == len(lines) {
				lines = append(lines, "")
			}
		case text[at[4]:at[5]] == "A":
			n, err := strconv.Atoi(text[at[2]:at[3]])
			if err != nil || n > row {
				t.Fatalf("%q goes up %d lines from line %d", order, n, row)
			}
			row -= n
		default: // J, K: what is behind is cleared
			lines[row] = string([]rune(lines[row])[:min(column, utf8.RuneCountInString(lines[row]))])
			if text[at[4]:at[5]] == "J" {
				lines = lines[:row+1]
			}
		}
		text = text[at[1]:]
	}
	return lines, longest
}

// Several notebooks on a terminal: a line each below the others while they run,
// and none of these at the end.
func TestExecOnATerminal(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	dir := t.TempDir()
	for _, name := range []string{"um", "dois"} {
		cells := ""
		for i := range 4 {
			code := fmt.Sprintf(`fmt.Println(\"%s\", %d) // %s\ntime.Sleep(300 * time.Millisecond)`, name, i, strings.Repeat("longo ", 20))
			cells += fmt.Sprintf(`,{"cell_type":"code","id":"c%d","metadata":{},"execution_count":null,"outputs":[],"source":"%s"}`, i, code)
		}
		text := `{"nbformat":4,"nbformat_minor":5,"metadata":{"kernelspec":{"name":"nnlab","display_name":"nnlab (Go)","language":"go"}},"cells":[` + cells[1:] + `]}`
		if err := os.WriteFile(filepath.Join(dir, name+".ipynb"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	screen, program := terminalOf(t, 60)
	c := p.command("exec", "-j", "2", filepath.Join(dir, "um.ipynb"), filepath.Join(dir, "dois.ipynb"))
	c.Stdout = program
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	program.Close()
	text, _ := io.ReadAll(screen) // ends with an error, when nobody has the terminal any more
	if err := c.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if both := regexp.MustCompile(`um ▸ .*\r\ndois ▸ |dois ▸ .*\r\num ▸ `); !both.Match(text) {
		t.Errorf("the two never ran side by side: %q", text)
	}
	last := bytes.LastIndex(text, []byte("\x1b[J")) + len("\x1b[J") // the report follows
	lines, longest := shown(t, string(text[:last]))
	if report := string(text[last:]); !strings.Contains(report, "dois.executed.ipynb") {
		t.Errorf("the report is %q", report)
	}
	if longest > 60 {
		t.Errorf("a notebook's line of %d columns on a terminal of 60", longest)
	}
	for _, name := range []string{"um", "dois"} {
		for i := range 4 {
			if want := fmt.Sprintf("%s │ %s %d", name, name, i); !slices.Contains(lines, want) {
				t.Errorf("no line %q on\n%s", want, strings.Join(lines, "\n"))
			}
		}
	}
	if rest := strings.Join(lines, "\n"); strings.Contains(rest, "▸") {
		t.Errorf("the notebooks that ran are still on\n%s", rest)
	}
}
