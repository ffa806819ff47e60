package vars

import (
	"os"
	"slices"
	"strings"
	"syscall"
)

// Move is what cells have changed of the process that each of them is: a variable of the
// environment, or, without a name, the working folder. The next program starts from where
// this one did, and is moved; if GoNB's %cd or %env has brought it elsewhere, that counts.
type Move struct{ Name, From, To string }

// process is the environment and the working folder of this program, without the
// variables by which the kernel speaks to it. An empty value is "=", none is "".
func process() map[string]string {
	all := map[string]string{}
	for _, kv := range os.Environ() {
		name, value, _ := strings.Cut(kv, "=")
		if name != "" && name != "PWD" && !strings.HasPrefix(name, "NNLAB_") && !strings.HasPrefix(name, "GONB_") {
			all[name] = "=" + value
		}
	}
	if dir, err := syscall.Getwd(); err == nil { // os has more ways, by which what writes times is linked
		all[""] = dir
	}
	return all
}

// moved are the differences of two processes, by name.
func moved(from, to map[string]string) (moves []Move) {
	for name, value := range to {
		if from[name] != value {
			moves = append(moves, Move{name, from[name], value})
		}
	}
	for name, value := range from {
		if _, ok := to[name]; !ok && name != "" {
			moves = append(moves, Move{name, value, ""})
		}
	}
	slices.SortFunc(moves, func(a, b Move) int { return strings.Compare(a.Name, b.Name) })
	return moves
}

func goneFolder(gone, from string) string {
	return "a pasta " + gone + " não existe mais, ou não deixa entrar; as células voltam à pasta " + from
}

// move brings this program to where the last one was, and says what cannot be done.
func move(moves []Move, from map[string]string) (said []string) {
	for _, m := range moves {
		if from[m.Name] != m.From {
			continue
		}
		var err error
		switch value, is := strings.CutPrefix(m.To, "="); {
		case m.Name == "":
			if err = syscall.Chdir(m.To); err != nil {
				said = append(said, goneFolder(m.To, m.From))
				continue
			}
		case is:
			err = os.Setenv(m.Name, value)
		default:
			err = os.Unsetenv(m.Name)
		}
		if err != nil {
			said = append(said, err.Error())
		}
	}
	return said
}
