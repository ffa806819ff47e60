package session

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	text "github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/kernel/internal/cells"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
	"github.com/nnlab-go/lab/kernel/internal/report"
)

// What has become of a cell, by which a name that it makes may be missing.
const (
	ranWell     = iota
	notCompiled // nor run
	stopped     // by an error of its own
	killed      // by os.Exit or the system: nothing is left of what it has done
	interrupted
	neverBegun // it waited behind a cell that failed
	forgets    // it is an order that has variables forgotten
)

// deed is what a cell has done to names, or would have done.
type deed struct {
	ended  int
	cell   int // as the notebook counts; of one that never began the number of the one that failed
	source string
	made   []cells.Made // by the first who asks for it
	names  []string     // that it forgets; nil: all variables
	own    bool         // it is a program of its own, whose variables end with it
}

// makes are the names to which the cell gives a meaning: read when a name is missing, and
// not behind each cell.
func (d *deed) makes() []cells.Made {
	if d.made == nil {
		d.made = cells.Makes(d.source)
	}
	return d.made
}

// did notes how a cell has ended.
func (x *execution) did() {
	if x.asked.Silent {
		return // no number leads to it
	}
	d := &deed{cell: x.count, source: x.asked.Code, own: x.own}
	if e := x.failure; e != nil {
		d.ended = stopped
		if how, ok := map[string]int{report.NotCompiled: notCompiled, report.Stopped: interrupted, report.Killed: killed}[e.Name]; ok {
			d.ended = how
		}
	}
	x.session.deeds = append(x.session.deeds, d)
}

// forgot notes that a cell has had variables forgotten; nil: all of them.
func (x *execution) forgot(names []string) {
	x.session.deeds = append(x.session.deeds, &deed{ended: forgets, cell: x.count, names: names})
}

// leftOut notes a cell that waited behind one that failed.
func (s *Session) leftOut(r request) {
	s.mu.Lock()
	failed := s.count
	s.mu.Unlock()
	s.deeds = append(s.deeds, &deed{ended: neverBegun, cell: failed, source: r.asked.Code})
}

// mostAbsent is of how many names a cell tells why they mean nothing.
const mostAbsent = 6

// absent tells why names mean nothing in this cell: which cell makes each, why it is not
// there, and what to run. hinted: the compiler's message says already what Go wants, so
// that a name of which nothing is known needs no word.
func (x *execution) absent(names []string, hinted bool) (said []string) {
	var reasons []string
	of := map[string][]string{}
	for _, name := range names[:min(len(names), mostAbsent)] {
		why := x.whyAbsent(name)
		if why == "" && (hinted || x.makes(name)) {
			continue
		}
		if why == "" {
			why = "nenhuma célula executada desde que este kernel começou cria " + them + ": se uma célula do caderno o faz, execute-a antes desta; se o nome está errado, corrija-o"
		}
		if of[why] == nil {
			reasons = append(reasons, why)
		}
		of[why] = append(of[why], name)
	}
	for _, why := range reasons {
		said = append(said, strings.ReplaceAll(why, them, strings.Join(of[why], ", ")))
	}
	return said
}

// them stands in a reason for the names of which it is one.
const them = "\x00"

// whyAbsent is the reason for one name; "" where none is known.
func (x *execution) whyAbsent(name string) string {
	if why := x.lostVariable(name); why != "" {
		return why
	}
	for _, m := range cells.Makes(x.asked.Code) {
		if m.Name == name && !m.Inner && usedAbove(x.asked.Code, name, m.Line) {
			return fmt.Sprintf(them+" só existe a partir da linha %d desta célula, que cria esse nome: ponha essa linha antes do uso", m.Line)
		}
	}
	forgotten := 0 // the cell that had it forgotten
	for _, d := range slices.Backward(x.session.deeds) {
		if why := d.why(name, forgotten); why != "" {
			return why
		}
		if d.ended == forgets && forgotten == 0 && (d.names == nil || slices.Contains(d.names, name)) {
			forgotten = d.cell
		}
	}
	if why := x.spelled(name); why != "" {
		return why
	}
	if why := x.inNotebook(name); why != "" {
		return why
	}
	if m, ok := inner(cells.Makes(x.asked.Code), name); ok {
		return fmt.Sprintf(them+" só existe dentro do bloco { } da linha %d desta célula: crie esse nome antes do bloco, com var, e dentro dele use = em vez de :=", m.Line)
	}
	for _, d := range slices.Backward(x.session.deeds) {
		if m, ok := inner(d.makes(), name); ok && d.ended == ranWell {
			return fmt.Sprintf(them+" só existe dentro do bloco { } da linha %d da célula [%d]: crie ali esse nome antes do bloco, com var, dentro dele use = em vez de :=, e execute a célula de novo", m.Line, d.cell)
		}
	}
	return ""
}

// makes tells whether this cell itself makes a name: in `f := func() { f() }` it is not there
// yet, and who compiles cells says so.
func (x *execution) makes(name string) bool {
	return slices.ContainsFunc(cells.Makes(x.asked.Code), func(m cells.Made) bool { return m.Name == name && !m.Inner })
}

// usedAbove tells whether a name stands above a line of a cell.
func usedAbove(source, name string, line int) bool {
	above := strings.Join(strings.Split(source, "\n")[:line-1], "\n")
	return slices.Contains(cells.Identifiers(above), name)
}

func inner(made []cells.Made, name string) (cells.Made, bool) {
	for _, m := range made {
		if m.Inner && m.Name == name {
			return m, true
		}
	}
	return cells.Made{}, false
}

// why tells what a cell has to do with a name that means nothing; "" where it has nothing.
// forgotten is the later cell that had it forgotten, if one had.
func (d *deed) why(name string, forgotten int) string {
	k := slices.IndexFunc(d.makes(), func(m cells.Made) bool { return m.Name == name && !m.Inner })
	if k < 0 {
		return ""
	}
	line := d.made[k].Line
	maker := fmt.Sprintf("quem cria "+them+" é a célula [%d], na linha %d", d.cell, line)
	switch d.ended {
	case notCompiled:
		return maker + ", mas ela não compilou e por isso não foi executada: corrija-a e execute-a de novo"
	case stopped:
		return maker + ", mas ela parou com um erro antes de chegar ao fim: corrija-a e execute-a de novo"
	case killed:
		return maker + ", mas o programa dela foi encerrado no meio, e do que uma célula assim criou nada fica: corrija-a e execute-a de novo"
	case interrupted:
		return maker + ", mas ela foi interrompida antes de chegar ao fim: execute-a de novo, até o fim"
	case neverBegun:
		return fmt.Sprintf("quem cria "+them+" é a célula «%s», mas ela não foi executada, porque a célula [%d], antes dela, falhou: corrija a [%[2]d] e execute as duas", quoted(lineOf(d.source, line)), d.cell)
	}
	if forgotten > 0 {
		return maker + fmt.Sprintf(", e a célula [%d] mandou esquecer o que ela criou (%%del, %%rm ou %%reset): execute a célula [%d] de novo", forgotten, d.cell)
	}
	if d.own {
		return maker + "; as variáveis de uma célula com uma linha %% ou com func main só existem nela: tire essa linha, ou func main, e execute-a de novo"
	}
	return ""
}

// quoted is the beginning of a line of a cell.
func quoted(line string) string { return text.Short(line, 50) }

// lineOf is a line of a cell, from 1.
func lineOf(source string, n int) string {
	return textLine(strings.ReplaceAll(source, "\r\n", "\n"), n)
}

// plainLetters are Portuguese letters without their accents.
var plainLetters = strings.NewReplacer("á", "a", "à", "a", "â", "a", "ã", "a", "é", "e", "ê", "e", "í", "i", "ó", "o", "ô", "o", "õ", "o", "ú", "u", "ü", "u", "ç", "c", "_", "")

func folded(name string) string { return plainLetters.Replace(strings.ToLower(name)) }

// spelled tells that there is a name which differs in the case of letters, in accents or
// underscores, or by one letter.
func (x *execution) spelled(name string) string {
	at := map[string]int{}
	for _, d := range x.session.deeds {
		for _, m := range d.makes() {
			if !m.Inner {
				at[m.Name] = d.cell
			}
		}
	}
	there := x.session.sources.declared().Names()
	for _, v := range x.session.Builder.Variables() {
		there, at[v.Name] = append(there, v.Name), v.Cell
	}
	slices.Sort(there)
	best, why := 2, ""
	for _, other := range slices.Compact(there) {
		if other == name || at[other] == 0 {
			continue
		}
		switch {
		case best > 0 && folded(other) == folded(name):
			what := "acentos"
			if strings.EqualFold(other, name) {
				what = "maiúsculas e minúsculas"
			}
			best, why = 0, fmt.Sprintf("existe %s, da célula [%d]: em Go %s fazem nomes diferentes; escreva %[1]s em vez de "+them, other, at[other], what)
		case best > 1 && len([]rune(name)) > 3 && levenshtein.ComputeDistance(other, name) == 1:
			best, why = 1, fmt.Sprintf("existe %s, da célula [%d], que difere de "+them+" por uma letra: se é esse, corrija o nome", other, at[other])
		}
	}
	return why
}

// largestNotebook is how many bytes a notebook may have that is looked at for a message.
const largestNotebook = 64 << 20

// inNotebook tells which cell of the notebook as it was saved makes a name, above this
// cell rather than below it, that this kernel has not run.
func (x *execution) inNotebook(name string) string {
	info, err := os.Stat(x.session.Notebook)
	if err != nil || !info.Mode().IsRegular() || info.Size() > largestNotebook {
		return ""
	}
	nb, err := ipynb.Read(x.session.Notebook)
	if err != nil {
		return "" // it may just be written
	}
	found := ""
	for _, c := range nb.Cells() {
		source := c.Source()
		if c.IsCode() && strings.TrimSpace(source) == strings.TrimSpace(x.asked.Code) && found != "" {
			break
		}
		if !c.IsCode() {
			continue
		}
		for _, m := range cells.Makes(source) {
			if m.Name != name || m.Inner {
				continue
			}
			cell := fmt.Sprintf("quem cria "+them+" é a célula «%s» do caderno", quoted(lineOf(source, m.Line)))
			if n := fmt.Sprint(c["execution_count"]); c["execution_count"] != nil {
				found = fmt.Sprintf("%s, com o número [%s]; ela foi executada antes de este kernel começar, e as variáveis acabam quando o kernel é reiniciado: execute-a de novo, e antes dela as de que ela precisa", cell, n)
			} else {
				found = cell + ", que ainda não foi executada: execute-a antes desta"
			}
		}
	}
	return found
}
