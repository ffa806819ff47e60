package main

import (
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/kerneltest"
	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// cycles is how often TestCycles starts a kernel and ends it:
//
//	go test ./kernel -run TestCycles -cycles 200 -v
var cycles = flag.Int("cycles", 14, "how often TestCycles starts a kernel and ends it")

// A way in which a kernel ends, and what it may have been doing.
const (
	killWatchdog = "SIGKILL of the watchdog"
	forgotten    = "with children without an environment"
)

// ends are the ways in which a kernel ends.
var ends = []struct {
	name string
	end  func(*started)
}{
	{"shutdown request", func(s *started) { s.kernel.Shutdown() }},
	{"restart", func(s *started) {
		s.kernel.Shutdown()
		s.parent.Wait()
		s.connect = wire.ReadConnection // Jupyter gives the next kernel the same file
		again := start(s.t.(*testing.T), s.place, s.dir)
		again.execute("!echo again")
		again.kernel.Shutdown()
		again.parent.Wait()
	}},
	{"SIGTERM", func(s *started) { kill(s.t, s.pid(), syscall.SIGTERM) }},
	{"SIGKILL of the kernel", func(s *started) { kill(s.t, s.pid(), syscall.SIGKILL) }},
	{"SIGKILL of GoNB", func(s *started) { kill(s.t, s.pidOf("-kernel"), syscall.SIGKILL) }},
	{killWatchdog, func(s *started) { kill(s.t, s.pidOf(watchdog), syscall.SIGKILL) }},
	{"death of the front end", func(s *started) { kill(s.t, s.parent.Process.Pid, syscall.SIGKILL) }},
}

// begins are what a kernel is doing when it ends. Each leaves something behind,
// if nobody clears up: processes that do not listen, FIFOs, sockets, folders.
var begins = []struct {
	name  string
	begin func(*started)
}{
	{"idle", func(s *started) { s.execute("!echo GoNB is there") }},
	{"starting", func(s *started) {}},
	{"running", func(s *started) { s.busy() }},
	{"with children", func(s *started) {
		s.execute("!(trap '' INT TERM HUP; exec sleep " + s.sleep + ") > /dev/null 2>&1 & echo begun")
	}},
	{forgotten, func(s *started) {
		s.execute("!env -i setsid sh -c \"trap '' INT TERM HUP; exec sleep " + s.sleep + "\" > /dev/null 2>&1 & echo begun")
	}},
}

// Kernels that are started and ended in every way while they do all sorts of
// things leave nothing behind: no process, FIFO, socket, folder or file.
func TestCycles(t *testing.T) {
	p := newPlace(t)
	before := p.things()
	random := rand.New(rand.NewPCG(6, 200))
	order := random.Perm(len(ends) * len(begins))
	for i := range *cycles {
		k := order[i%len(order)]
		end, begin := ends[k%len(ends)], begins[k/len(ends)]
		if end.name == killWatchdog && begin.name == forgotten {
			begin = begins[0] // only the watchdog knows whose they are
		}
		t.Run(fmt.Sprintf("%d %s, %s", i+1, begin.name, end.name), func(t *testing.T) {
			p.t, p.connect = t, nil
			s := start(t, p, t.TempDir())
			begin.begin(s)
			time.Sleep(time.Duration(random.IntN(100)) * time.Millisecond)
			if len(p.things()) == len(before) {
				t.Fatal("there is nothing that could be left behind")
			}
			end.end(s)
			p.leaves(before)
		})
	}
	p.t = t
}

// things lists what there is of the kernels of the place: processes, and whatever
// stands in its TMPDIR.
func (p *place) things() []string {
	found := p.processes()
	filepath.WalkDir(p.tmp, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil: // it has just gone
		case path == p.tmp:
		case path == filepath.Join(p.tmp, "xdg"): // the notebooks' state is to stay
			return fs.SkipDir
		default:
			found = append(found, fmt.Sprintf("%v %s", d.Type(), path))
		}
		return nil
	})
	return found
}

// programs lists the processes of the place, as names: those of the kernel come
// and go with other numbers.
func (p *place) programs() (names []string) {
	for _, c := range p.processes() {
		_, command, _ := strings.Cut(c, ": ")
		names = append(names, command)
	}
	slices.Sort(names)
	return names
}

// leavesProcesses waits until the same programs run as before.
func (p *place) leavesProcesses(before []string) {
	p.t.Helper()
	var now []string
	if kerneltest.Eventually(func() bool {
		now = p.programs()
		return slices.Equal(now, before)
	}) {
		return
	}
	p.t.Errorf("there were %d processes, now there are:\n%s", len(before), strings.Join(now, "\n"))
}

// leaves waits until there is again what there was before.
func (p *place) leaves(before []string) {
	p.t.Helper()
	var now []string
	if kerneltest.Eventually(func() bool {
		now = p.things()
		return slices.Equal(now, before)
	}) {
		return
	}
	p.t.Fatalf("%d things are left behind:\n%s", len(now)-len(before), strings.Join(now, "\n"))
}
