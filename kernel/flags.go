package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
)

// flagMistakes are what package flag says, and how a student is told it.
var flagMistakes = []struct {
	is   *regexp.Regexp
	says string
}{
	{regexp.MustCompile(`^flag provided but not defined: (.*)$`), "a opção $1 não existe"},
	{regexp.MustCompile(`^flag needs an argument: (.*)$`), "a opção $1 precisa de um valor"},
	{regexp.MustCompile(`^bad flag syntax: (.*)$`), "$1 não é uma opção"},
	{regexp.MustCompile(`^invalid (?:boolean )?value (".*") for (?:flag )?(-[^:]*): (?:parse error|value out of range|strconv.*|time: .*)$`), "$2: o valor $1 não serve"},
	{regexp.MustCompile(`^invalid (?:boolean )?value (".*") for (?:flag )?(-[^:]*): (.*)$`), "$2 $1: $3"},
}

// newFlags is a set of flags whose mistakes and help are in Portuguese. usage is
// how the command is called.
func newFlags(usage string) *flag.FlagSet {
	flags := flag.NewFlagSet(usage, flag.ContinueOnError)
	flags.SetOutput(io.Discard) // of package flag's own words
	flags.Usage = func() {}
	return flags
}

// parseMixed parses flags that stand before, between and behind other arguments,
// and returns these. The error is flag.ErrHelp when the user asked for the help, which
// has been written then.
func parseMixed(flags *flag.FlagSet, args []string) (others []string, err error) {
	for {
		switch err := flags.Parse(args); {
		case errors.Is(err, flag.ErrHelp):
			help(flags)
			return nil, err
		case err != nil:
			said := err.Error()
			for _, m := range flagMistakes {
				if m.is.MatchString(said) {
					said = m.is.ReplaceAllString(said, m.says)
					break
				}
			}
			return nil, fmt.Errorf("%s; a chamada é: %s (-h explica)", said, flags.Name())
		case flags.NArg() == 0:
			return others, nil
		}
		others = append(others, flags.Arg(0))
		args = flags.Args()[1:]
	}
}

// help writes how a command is called and what its options do.
func help(flags *flag.FlagSet) {
	fmt.Fprintln(os.Stdout, flags.Name())
	flags.VisitAll(func(f *flag.Flag) {
		value, text := flag.UnquoteUsage(f)
		fmt.Fprintf(os.Stdout, "  -%s\n        %s\n", strings.TrimSpace(f.Name+" "+value), text)
	})
}
