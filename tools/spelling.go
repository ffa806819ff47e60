package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
)

// ownWords are the lecture's terms and the names that no dictionary has.
const ownWords = "notebooks/palavras.txt"

// errNotHere says that a check needs what this machine has not.
var errNotHere = errors.New("not here")

// spelling holds the notebooks' text and the teacher's page against the Brazilian
// dictionary of Hunspell, packages hunspell and hunspell-pt-br of Debian and Ubuntu.
func spelling(ctx context.Context) (string, error) {
	if !speaksPortuguese(ctx) {
		if err := aptInstall(ctx, "hunspell", "hunspell-pt-br"); err != nil {
			return "", fmt.Errorf("%w: Hunspell with its dictionary pt_BR, which cannot be installed (%v)", errNotHere, err)
		}
	}
	texts, err := portugueseTexts()
	if err != nil {
		return "", err
	}
	var all strings.Builder // one call reads the dictionary once
	for _, t := range texts {
		all.WriteString(t.text + "\n\n")
	}
	unknown, err := misspelt(ctx, all.String())
	if err != nil {
		return "", err
	}
	var wrong []string
	for _, word := range unknown {
		where := word + ":"
		for _, t := range texts {
			if strings.Contains(t.text, word) {
				where += " " + t.path
			}
		}
		wrong = append(wrong, where)
	}
	if wrong != nil {
		err = errors.New("mend these words, or add a term or a name to " + ownWords)
	}
	return strings.Join(wrong, "\n"), err
}

func speaksPortuguese(ctx context.Context) bool {
	cmd := command(ctx, "hunspell", "-d", "pt_BR", "-l")
	cmd.Stdin = strings.NewReader("rede\n")
	_, err := outputOf(cmd)
	return err == nil
}

// written is the text of a file.
type written struct{ path, text string }

func portugueseTexts() ([]written, error) {
	paths, err := lectureNotebooks()
	if err != nil {
		return nil, err
	}
	var texts []written
	for _, p := range paths {
		nb, err := readNotebook(p)
		if err != nil {
			return nil, err
		}
		t := written{path: p}
		for _, c := range nb.Cells {
			if c.Type == "markdown" {
				t.text += string(c.Source) + "\n\n"
			}
		}
		texts = append(texts, t)
	}
	const page = "notebooks/LEIAME.md"
	if text, err := os.ReadFile(page); err == nil {
		texts = append(texts, written{page, string(text)})
	}
	return texts, nil
}

// noWords are the parts of a text that are not Portuguese: code, formulas, addresses,
// names of notebooks, marks of HTML, and titles, which stand in «».
var noWords = regexp.MustCompile("(?s)```.*?```|\\[[^\\]]*\\]\\([^)]*\\.ipynb\\)|`[^`]*`|\\$\\$.*?\\$\\$|\\$[^$]*\\$|https?://[^\\s)]+|\\]\\([^)]*\\)|<[^>]*>|«[^»]*»")

// misspelt are the words of a text that neither the dictionary nor ownWords has.
func misspelt(ctx context.Context, text string) ([]string, error) {
	cmd := exec.CommandContext(ctx, "hunspell", "-d", "pt_BR", "-p", ownWords, "-l", "-i", "utf-8")
	cmd.Stdin = strings.NewReader(noWords.ReplaceAllString(text, " "))
	out, err := outputOf(cmd)
	if err != nil {
		return nil, fmt.Errorf("hunspell: %w\n%s", err, out)
	}
	words := strings.Fields(out)
	slices.Sort(words)
	return slices.Compact(words), nil
}
