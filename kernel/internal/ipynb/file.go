package ipynb

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"unicode/utf8"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/internal/whole"
	"github.com/nnlab-go/lab/kernel/internal/pt"
)

// Read reads a notebook. Errors name the file, what was expected and found.
func Read(path string) (Notebook, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, pt.Error(err)
	}
	return Parse(path, data)
}

// Parse is the notebook in a file's bytes, as Read has it.
func Parse(path string, data []byte) (Notebook, error) {
	nb, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s não é um caderno: %w", path, err)
	}
	if v := fmt.Sprint(nb["nbformat"]); v != "4" {
		return nil, fmt.Errorf("%s: esperava um caderno de nbformat 4, achei %s; abra-o no JupyterLab e salve-o", path, strings.Replace(v, "<nil>", "nenhum", 1))
	}
	list, ok := nb["cells"].([]any)
	if !ok {
		return nil, fmt.Errorf("%s: esperava uma lista de células em cells", path)
	}
	for i, c := range list {
		if _, ok := c.(map[string]any); !ok {
			return nil, fmt.Errorf("%s: a célula %d não é um objeto", path, i+1)
		}
	}
	return nb, nil
}

// decode reads JSON in UTF-8, and nothing behind it. encoding/json would put a
// sign in the place of each byte that is not UTF-8, and stop where the JSON ends.
func decode(data []byte) (nb Notebook, err error) {
	for mark, name := range map[string]string{"\xff\xfe": "UTF-16", "\xfe\xff": "UTF-16", "{\x00": "UTF-16", "\x00{": "UTF-16"} {
		if bytes.HasPrefix(data, []byte(mark)) {
			return nil, fmt.Errorf("está em %s; grave-o em UTF-8", name)
		}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, errors.New("o arquivo está vazio")
	}
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return nil, fmt.Errorf("%s: o byte 0x%X não é UTF-8 (o arquivo parece estar em Latin-1 ou Windows-1252); grave-o em UTF-8", where(data, i), data[i])
		}
		i += n
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&nb); err != nil {
		return nil, wrong(data, err)
	}
	at := int(d.InputOffset())
	if rest := bytes.TrimSpace(data[at:]); len(rest) > 0 {
		return nil, fmt.Errorf("depois do fim do JSON, %s, há mais texto: %s", where(data, len(data)-len(bytes.TrimLeft(data[at:], " \t\r\n"))), excerpt(rest))
	}
	if nb == nil {
		return nil, errors.New("o JSON é null")
	}
	return nb, nil
}

// conflict is what git leaves in a file that it could not merge.
var conflict = regexp.MustCompile(`(?m)^(<<<<<<< |>>>>>>> )`)

// wrong says why a text is no JSON object.
func wrong(data []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case conflict.Match(data):
		return fmt.Errorf("%s há marcas de um conflito do git (<<<<<<<); escolha uma das versões", where(data, conflict.FindIndex(data)[0]))
	case errors.As(err, &kind):
		return errors.New("esperava um objeto JSON, { … }")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("o arquivo termina no meio do JSON, %s; talvez tenha sido copiado só em parte", where(data, len(data)))
	case errors.As(err, &syntax):
		at := min(max(int(syntax.Offset)-1, 0), len(data))
		return fmt.Errorf("%s, não é JSON a partir de %s", where(data, at), excerpt(data[at:]))
	}
	return err
}

// where names the place of an offset.
func where(data []byte, offset int) string {
	before := data[:offset]
	return fmt.Sprintf("na linha %d, coluna %d", 1+bytes.Count(before, []byte("\n")), 1+utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]))
}

// excerpt is the beginning of a text.
func excerpt(data []byte) string {
	line, _, _ := strings.Cut(plain.Text(string(data[:min(len(data), 200)])), "\n")
	if r := []rune(line); len(r) > 30 {
		line = string(r[:29]) + "…"
	}
	return "«" + strings.ToValidUTF8(line, "") + "»"
}

// Write writes the notebook as Jupyter does, whole or not at all.
func (nb Notebook) Write(path string) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(nb); err != nil {
		return err
	}
	return WriteFile(path, b.Bytes())
}

// WriteFile writes a file, whole or not at all. A symbolic link stays one, and a
// file that was there keeps its permissions.
func WriteFile(path string, data []byte) error {
	to := path
	for n := 0; ; n++ {
		link, err := os.Readlink(to)
		if err != nil {
			break // no link, or nothing there yet
		}
		if n == 40 {
			return pt.Error(&os.PathError{Op: "write", Path: path, Err: syscall.ELOOP})
		}
		if !filepath.IsAbs(link) {
			link = filepath.Join(filepath.Dir(to), link)
		}
		to = link
	}
	return pt.Error(whole.WriteFile(to, data, 0o666))
}
