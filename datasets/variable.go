package datasets

import (
	"fmt"
	"os"
)

// recipe says how a set has been made: by a function of this package of its
// arguments, or from another set in a step.
type recipe struct {
	by   any // the function; nil for a step
	args []any
	half int // which of the sets that the function returns
	step string
	of   *Set
	files
}

// files are the fingerprint of what a set is read from: its files as they were when
// the set was made.
type files struct {
	paths  []string
	stamps []int64 // of each, its size in bytes and when it was changed, in nanoseconds since 1970
}

// from notes the files that the set is read from. One that is not there is told when
// the set is opened.
func (s *Set) from(paths ...string) *Set {
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			s.made.paths, s.made.stamps = append(s.made.paths, path), append(s.made.stamps, info.Size(), info.ModTime().UnixNano())
		}
	}
	return s
}

// changed tells which file is not as it was.
func (f files) changed(now files) error {
	const again = "desde que o conjunto foi feito; rode de novo a célula que o faz"
	is := map[string][2]int64{}
	for i, path := range now.paths {
		is[path] = [2]int64{now.stamps[2*i], now.stamps[2*i+1]}
	}
	for i, path := range f.paths {
		switch stamp, ok := is[path]; {
		case !ok:
			return fmt.Errorf("o arquivo %s sumiu %s", path, again)
		case stamp != [2]int64{f.stamps[2*i], f.stamps[2*i+1]}:
			return fmt.Errorf("o arquivo %s mudou %s", path, again)
		}
		delete(is, path)
	}
	for _, path := range now.paths {
		if _, ok := is[path]; ok {
			return fmt.Errorf("o arquivo %s apareceu %s", path, again)
		}
	}
	return nil
}

// by notes the function that has made the set.
func (s *Set) by(f any, args ...any) *Set {
	s.made = recipe{by: f, args: args}
	return s
}

// both notes the function that has made two sets.
func both(f func() (train, test *Set), train, test *Set) (*Set, *Set) {
	train.made, test.made = recipe{by: f}, recipe{by: f, half: 1}
	return train, test
}

// KeepVariable is what a notebook keeps of a variable that is a set (see nnlab/vars):
// not its examples but how it was made. A set from files is read from them again, which
// must be as they were; one of a student's slices has them. Published files are checked
// by their sums instead, whenever they are read.
func (s *Set) KeepVariable() (any, error) {
	m := s.made
	if m.by == nil && m.of == nil {
		if err := s.Open(); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("não se sabe de que o conjunto foi feito")
	}
	if m.of != nil {
		return map[string]any{"step": m.step, "of": m.of, "args": m.args}, nil
	}
	return map[string]any{"by": m.by, "args": m.args, "half": m.half, "paths": m.paths, "stamps": m.stamps}, nil
}

// ShortVariable is what a notebook's list of variables has of the set (see nnlab/vars):
// "60000 exemplos [28 28 1], 10 classes" if it has been opened.
func (s *Set) ShortVariable() string {
	v := &s.view
	switch {
	case s.err != nil:
		return "com um erro"
	case v.shape == nil:
		return "ainda não lido"
	case v.classes > 0:
		return fmt.Sprintf("%d exemplos %v, %d classes", len(v.rows), v.shape, v.classes)
	}
	return fmt.Sprintf("%d exemplos %v, alvos [%d]", len(v.rows), v.shape, v.width())
}

// RestoreVariable makes the set again of what KeepVariable has returned.
func (s *Set) RestoreVariable(state any) error {
	m, _ := state.(map[string]any)
	args, _ := m["args"].([]any)
	step, _ := m["step"].(string)
	of, _ := m["of"].(*Set)
	half, _ := m["half"].(int)
	var was files
	was.paths, _ = m["paths"].([]string)
	was.stamps, _ = m["stamps"].([]int64)
	if len(was.stamps) != 2*len(was.paths) {
		return fmt.Errorf("a receita do conjunto é de outra versão")
	}
	var made *Set
	var err error
	if of != nil {
		made, err = stepFrom(of, step, args)
	} else {
		made, err = anew(m["by"], args, half)
	}
	if err == nil {
		err = was.changed(made.made.files)
	}
	if err != nil {
		return err
	}
	s.prepare, s.made = made.prepare, made.made
	return nil
}

// argument is one of those that a set was made with; that it is another is noted.
func argument[T any](args []any, i int, err *error) (v T) {
	if i < len(args) {
		var ok bool
		if v, ok = args[i].(T); ok {
			return v
		}
	}
	*err = fmt.Errorf("a receita do conjunto é de outra versão")
	return v
}

// stepFrom takes a step from another set.
func stepFrom(of *Set, step string, args []any) (made *Set, err error) {
	n := func() int { return argument[int](args, 0, &err) }
	switch step {
	case "Take":
		made = of.Take(n())
	case "Split 0":
		made, _ = of.Split(n())
	case "Split 1":
		_, made = of.Split(n())
	case "Shuffle":
		made = of.Shuffle(argument[uint64](args, 0, &err))
	case "Scramble":
		made = of.Scramble(argument[uint64](args, 0, &err))
	case "Shift":
		made = of.Shift(n(), argument[int](args, 1, &err))
	case "Enlarge":
		made = of.Enlarge(n(), argument[int](args, 1, &err))
	case "Reshape":
		made = of.Reshape(argument[[]int](args, 0, &err)...)
	case "OneHot":
		made = of.OneHot()
	case "WithClasses":
		made = of.WithClasses(n())
	case "WithClassNames":
		made = of.WithClassNames(argument[[]string](args, 0, &err)...)
	case "StratifiedSplit":
		first, rest := of.StratifiedSplit(n(), argument[uint64](args, 1, &err))
		if made = rest; argument[bool](args, 2, &err) {
			made = first
		}
	default:
		err = fmt.Errorf("o passo %q não é conhecido", step)
	}
	return made, err
}

// anew calls the function that made a set.
func anew(by any, args []any, half int) (made *Set, err error) {
	n := func(i int) int { return argument[int](args, i, &err) }
	seed := func(i int) uint64 { return argument[uint64](args, i, &err) }
	noise := func(i int) float64 { return argument[float64](args, i, &err) }
	rows := func(i int) [][]float32 { return argument[[][]float32](args, i, &err) }
	switch by := by.(type) {
	case func() (train, test *Set):
		train, test := by()
		if made = train; half == 1 {
			made = test
		}
	case func() *Set:
		made = by()
	case func(int) *Set:
		made = by(n(0))
	case func(int, uint64) *Set:
		made = by(n(0), seed(1))
	case func(int, float64, uint64) *Set:
		made = by(n(0), noise(1), seed(2))
	case func(int, int, float64, uint64) *Set:
		made = by(n(0), n(1), noise(2), seed(3))
	case func([][]float32, []int) *Set:
		made = by(rows(0), argument[[]int](args, 1, &err))
	case func(x, y [][]float32) *Set:
		made = by(rows(0), rows(1))
	case func(string, ...CSVOption) *Set:
		made = by(argument[string](args, 0, &err), Label(argument[string](args, 1, &err)), Targets(argument[[]string](args, 2, &err)...),
			Without(argument[[]string](args, 3, &err)...))
	case func(string, ...ImageOption) *Set:
		made = by(argument[string](args, 0, &err), ImageSize(n(1), n(2)), Grayscale(argument[bool](args, 3, &err)),
			CropToAspectRatio(argument[bool](args, 4, &err)), ClassNames(argument[[]string](args, 5, &err)...))
	default:
		err = fmt.Errorf("o que fez o conjunto não é conhecido")
	}
	return made, err
}
