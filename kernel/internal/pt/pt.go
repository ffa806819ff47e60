// Package pt writes numbers and what the system says as one does in Portuguese.
package pt

import (
	"errors"
	"io/fs"
	"math"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/nnlab-go/lab/internal/whole"
)

// Number is a number with a fixed number of decimals, a comma in front of them and
// a minus sign that is no hyphen.
func Number(x float64, decimals int) string {
	return comma(strconv.FormatFloat(x, 'f', decimals, 64))
}

// Digits is a number in at most n digits that count.
func Digits(x float64, n int) string {
	if math.IsInf(x, 0) {
		return comma(strings.Replace(strconv.FormatFloat(x, 'g', -1, 64), "Inf", "∞", 1))
	}
	return comma(strconv.FormatFloat(x, 'g', n, 64))
}

// Bytes is a size: 1,2 kB.
func Bytes(n uint64) string { return comma(humanize.Bytes(n)) }

// Memory is a size in units of 1024: 1,5 GiB.
func Memory(n uint64) string { return comma(humanize.IBytes(n)) }

func comma(s string) string {
	return strings.NewReplacer(".", ",", "-", "−").Replace(s)
}

// Duration writes a time without the zeros at the end: 10m0s is 10m.
func Duration(d time.Duration) string {
	s := strings.Replace(d.String(), ".", ",", 1)
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// Error is an error with what the system says of a file in it, as far as that is one of
// the usual things; any other error is itself.
func Error(err error) error {
	var at *fs.PathError
	if !errors.As(err, &at) {
		return err
	}
	for is, words := range map[error]string{
		fs.ErrNotExist: "não existe", fs.ErrPermission: "você não tem permissão para isso", syscall.EISDIR: "é uma pasta, não um arquivo",
		syscall.ENOTDIR: "uma parte do caminho é um arquivo, não uma pasta", syscall.EROFS: "está em um disco em que não se escreve",
		syscall.ENOSPC: "não há espaço no disco", syscall.ELOOP: "é um atalho (symlink) que aponta para si mesmo", syscall.ENAMETOOLONG: "o nome é longo demais",
		whole.ErrBusy: "outro programa está gravando este arquivo",
	} {
		if errors.Is(at.Err, is) {
			return &told{strings.Replace(err.Error(), at.Error(), at.Path+": "+words, 1), err}
		}
	}
	return err
}

// told is an error in other words.
type told struct {
	words string
	err   error
}

func (t *told) Error() string { return t.words }
func (t *told) Unwrap() error { return t.err }
