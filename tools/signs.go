package main

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
)

var signs = regexp.MustCompile(`(\d+) signs flipped, (\d+) noticed`)

// wrongSigns flips one sign of a gradient after the other: a test passes when
// the tests of the gradients fail.
func wrongSigns(ctx context.Context, _ bool) part {
	heading("Wrong signs: each must be noticed")
	text, err := output(ctx, "go", "run", "./nnlab/internal/mutate")
	found := signs.FindStringSubmatch(text)
	if found == nil {
		fmt.Println(text)
		return part{name: "Signs", failed: 1, detail: fmt.Sprint(err)}
	}
	flipped, _ := strconv.Atoi(found[1]) // digits, by the expression
	noticed, _ := strconv.Atoi(found[2])
	if err != nil {
		fmt.Println(lastLines(text, 80))
	}
	if err != nil && flipped == noticed {
		return part{name: "Signs", passed: noticed, failed: 1, detail: fmt.Sprint(err)}
	}
	return part{name: "Signs", passed: noticed, failed: flipped - noticed}
}
