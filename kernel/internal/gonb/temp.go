package gonb

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// longestTemp is how long the path of the temporary folder may be: below it lies
// the folder of a kernel, nnlab- and ten digits, and in that a socket, whose path
// may have 103 bytes on the system that allows least.
const longestTemp = 103 - len("/nnlab-0123456789/c/s-5")

// TempProblem says why a folder cannot be the one for temporary files; nil when
// it can.
func TempProblem(dir string) error {
	switch info, err := os.Stat(dir); {
	case errors.Is(err, os.ErrNotExist):
		return errors.New("não existe")
	case err != nil:
		return err
	case !info.IsDir():
		return errors.New("não é uma pasta")
	case len(dir) > longestTemp:
		return fmt.Errorf("tem %d letras, e o caminho de um socket só deixa %d", len(dir), longestTemp)
	case noexec(dir):
		return errors.New("está em um disco que não deixa rodar programas (noexec)")
	}
	f, err := os.CreateTemp(dir, "nnlab-")
	if err != nil {
		return errors.New("não deixa escrever")
	}
	f.Close()
	return os.Remove(f.Name())
}

// MendTemp has this process, and all that it starts, use another temporary
// folder where the user's is of no use. It says so in the text, which is "" where
// it is of use.
func MendTemp() (said string, err error) {
	asked := os.TempDir()
	problem := TempProblem(asked)
	if problem == nil {
		return "", nil
	}
	others := []string{"/tmp", "/var/tmp"}
	if cache, err := Cache(); err == nil {
		others = append(others, filepath.Join(cache, "tmp"))
		os.MkdirAll(others[2], 0o700) // or it is no candidate
	}
	for _, dir := range others {
		if TempProblem(dir) == nil {
			return fmt.Sprintf("TMPDIR=%s não serve: %v; uso %s", asked, problem, dir), os.Setenv("TMPDIR", dir)
		}
	}
	return "", fmt.Errorf("a pasta temporária %s não serve: %v; ponha em TMPDIR uma que exista, de caminho curto, em que se possa escrever e rodar programas", asked, problem)
}
