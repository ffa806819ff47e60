// Command bench measures the lab on this machine: epochs of the lecture's
// networks, and the products and convolutions that they are made of, in GFLOP/s
// and as a share of what the processor can do.
//
//	go run ./nnlab/bench                    # the lab alone
//	go run ./nnlab/bench -short             # a part of it, within 40 s
//	go run ./nnlab/bench -work gemm         # what matches a regular expression
//	go run ./nnlab/bench -json results.json
//	go run ./nnlab/bench -peers torch,numpy # side by side; `make bench-peers` installs them
//	go run -tags cuda ./nnlab/bench -backend cuda # on a GPU, work that is large enough for one
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/nnlab-go/lab/nnlab/bench/internal/drive"
	"github.com/nnlab-go/lab/nnlab/bench/internal/own"
	"github.com/nnlab-go/lab/nnlab/bench/internal/report"
	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
)

func main() {
	log.SetFlags(0)
	short := flag.Bool("short", false, "less of everything: ends within 40 s")
	jsonFile := flag.String("json", "", "write what was measured to this file as well")
	match := flag.String("work", "", "do only what matches this regular expression")
	samples := flag.Int("samples", work.Images, "how many images an epoch sees")
	rounds := flag.Int("rounds", 3, "how often each thing is measured; the median counts")
	peerList := flag.String("peers", "", "compare with these peers, \"all\" or some of: "+peerNames(peers)+"; on a GPU: "+peerNames(cardPeers))
	markdown := flag.String("markdown", "", "write what was measured to this file as a page in Markdown")
	where := flag.String("backend", "cpu", "what to measure: cpu, or cuda in a program that is built with that tag")
	root := flag.String("root", "", "this repository, or a copy of its data and of the peers; by default where the go command finds it")
	interpreter := flag.String("python", "", "the Python of the peers; by default that of `make bench-peers`")
	within := flag.Duration("within", 0, "what has not been measured after so long is left out; 0: no limit")
	answer := flag.Duration("answer", time.Hour, "how long a contender may take for an answer")
	serve := flag.Bool("serve", false, "answer questions on standard input: the process that this command starts for itself")
	flag.Parse()
	b, err := open(*where)
	if err != nil {
		log.Fatal(err)
	}
	if *serve {
		if err := own.Serve(b, os.Stdin, os.Stdout); err != nil {
			log.Fatal(err)
		}
		return
	}
	pattern, err := regexp.Compile(*match)
	if err != nil {
		log.Fatal(err)
	}
	rivals, err := setting{*where, *root, *interpreter}.contenders(*peerList)
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	if *short {
		*within, *rounds = 35*time.Second, 1
	}
	if *within > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, *within)
		defer cancel()
	}
	items := work.List(pattern, *short)
	if *where == "cuda" {
		items = work.Card(pattern)
	} else if !slices.ContainsFunc(items, func(i work.Item) bool { return i.Name == work.Gemm1024 }) {
		items = append(work.List(regexp.MustCompile("^"+work.Gemm1024+"$"), *short), items...)
	}
	for i := range items {
		items[i].Limit(*samples)
	}

	show, clear := progress()
	run := report.Run{Machine: report.Here(), Rounds: *rounds}
	if err := limits(b, &run); err != nil {
		log.Fatal(err)
	}
	d := drive.Driver{Rounds: *rounds, Timeout: *answer, Report: show, Stay: *where == "cuda"}
	run.Measured = d.Run(ctx, items, rivals)
	run.Contenders = d.Hellos
	clear()
	if err := limits(b, &run); err != nil {
		log.Print(err) // what has been measured counts nevertheless
	}
	run.Text(os.Stdout)
	if *jsonFile != "" {
		err = run.WriteJSON(*jsonFile)
	}
	if *markdown != "" {
		err = errors.Join(err, run.WriteMarkdown(*markdown, command()))
	}
	if err != nil {
		log.Fatal(err)
	}
}

// command is what was asked for, without the files to write.
func command() string {
	words := []string{"go run ./nnlab/bench"}
	flag.Visit(func(f *flag.Flag) {
		if f.Name != "json" && f.Name != "markdown" {
			words = append(words, fmt.Sprintf("-%s=%v", f.Name, f.Value))
		}
	})
	return strings.Join(words, " ")
}
