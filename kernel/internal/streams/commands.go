package streams

import (
	"fmt"
	"strings"
)

// Mark is in every mark that a program leaves where GoNB reads, before it begins.
const Mark = "nnlab-begins"

// begins is such a mark: the number of the program in the cell and that of its process.
// Terminals leave out such a sequence.
const begins = "\x1b]" + Mark + ";%d;%d\x1b\\"

// leave are the words that close what GoNB reads.
const leave = "exec 3>&-; "

// enter are the words of the shell that open the streams of a program. The next ones
// have to leave GoNB's and become it.
func (f Folder) enter(program int, input bool) string {
	in := ""
	if input {
		in = " <" + quote(f.path(program, Input))
	}
	return fmt.Sprintf(`exec 3>&1%s >%s 2>%s; printf '\033]%s;%d;%%s\033\\' $$ >&3; `,
		in, quote(f.path(program, Output)), quote(f.path(program, Errors)), Mark, program)
}

// Script is what GoNB starts for the program of a cell that lies at a path: it is number
// 0. Where it has no pipes its output is GoNB's, and there is no input.
//
// A program that displays by GoNB's own package does not wait until GoNB has read that,
// and GoNB reads no more when the program is over. To GoNB it is over when it has left
// its output and ended, which in this order is late enough: such a program keeps it.
func (f Folder) Script(program string, displays bool) string {
	open := f.enter(0, true)
	if !displays {
		open += leave
	}
	return "#!/bin/sh\nif [ -p " + quote(f.path(0, Output)) + " ]; then " + open + "else exec </dev/null; fi\nexec " + quote(program) + " \"$@\"\n"
}

// Commands is a cell as GoNB gets it.
type Commands struct {
	Code     string
	Programs []int // the numbers of the programs that it may start
	// Asks tells that the cell says that it reads (%with_inputs, %with_password), Secret
	// that what is typed is not to be seen.
	Asks, Secret bool
}

// Commands has all programs that a cell's code starts take their streams from here: its
// lines for the shell, its script, and the program that is made of it.
//
// What GoNB writes to a file (%capture) it has to read: the program of such a cell keeps
// GoNB's output.
func (f Folder) Commands(code string) Commands {
	lines := strings.Split(code, "\n")
	if first, ok := f.script(lines[0]); ok {
		lines[0] = first
		return Commands{Code: strings.Join(lines, "\n"), Programs: []int{1}}
	}
	c := Commands{}
	if strings.HasPrefix(plain(lines[0]), "%%writefile") {
		c.Code = code
		return c
	}
	captured := false
	for i := 0; i < len(lines); i++ {
		line := plain(lines[i])
		switch word, _, _ := strings.Cut(strings.TrimLeft(strings.TrimPrefix(line, "%"), " \t"), " "); {
		case strings.HasPrefix(line, "!"):
			n := len(c.Programs) + 1
			first := i
			for strings.HasSuffix(line, `\`) && i+1 < len(lines) {
				i++
				line = line[:len(line)-1] + " " + plain(lines[i])
				lines[i] = ""
			}
			if command := f.command(n, line); command != "" {
				lines[first] = command
				c.Programs = append(c.Programs, n)
			}
		case !strings.HasPrefix(line, "%"):
		case word == "capture":
			captured = true
		case word == "with_inputs" || word == "with_password":
			c.Asks, c.Secret = true, c.Secret || word == "with_password"
			lines[i] = ""
		}
	}
	if !captured {
		c.Programs = append(c.Programs, 0)
	}
	c.Code = strings.Join(lines, "\n")
	return c
}

// plain is a line without what hides from Go that it is for GoNB.
func plain(line string) string { return strings.TrimPrefix(line, "//gonb:") }

// command is a line for the shell, with its !. The shell that opens the streams becomes
// the one that runs the line, so that what is wrong with it is said of it alone.
func (f Folder) command(program int, line string) string {
	line = strings.TrimLeft(line[1:], " \t")
	star := ""
	if strings.HasPrefix(line, "*") {
		star, line = "*", line[1:]
	}
	if strings.TrimSpace(line) == "" {
		return ""
	}
	return "!" + star + f.enter(program, true) + leave + "exec /bin/bash -c " + quote(line)
}

// script is the first line of a cell that is a script for another program, which GoNB
// gives it to read.
func (f Folder) script(line string) (string, bool) {
	word, rest, _ := strings.Cut(plain(line), " ")
	switch {
	case (word == "%%bash" || word == "%%sh") && rest == "":
		rest = word[2:]
	case word != "%%script" || strings.TrimSpace(rest) == "":
		return "", false
	}
	words := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(f.enter(1, false) + leave + `exec "$@"`)
	return `%%script /bin/sh -c "` + words + `" sh ` + rest, true
}
