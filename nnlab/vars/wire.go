package vars

import (
	"encoding/binary"
	"errors"
	"unsafe"
)

func number(out []byte, n int) []byte { return binary.AppendUvarint(out, uint64(n)) }

func text(out []byte, s string) []byte { return append(number(out, len(s)), s...) }

// bytesAt is memory as bytes.
func bytesAt(at unsafe.Pointer, size uintptr) []byte { return unsafe.Slice((*byte)(at), size) }

// errDamaged is what is wrong with a file that this program has not written, or not
// to its end.
var errDamaged = errors.New("o arquivo das variáveis está danificado")

// reader reads what has been written by number, text and append; what is wrong with
// it is a panic with errDamaged.
type reader struct {
	data []byte
	at   int
}

func (r *reader) left() int { return len(r.data) - r.at }

func (r *reader) take(n int) []byte {
	if n < 0 || n > r.left() {
		panic(errDamaged)
	}
	b := r.data[r.at : r.at+n]
	r.at += n
	return b
}

func (r *reader) byte() byte { return r.take(1)[0] }

func (r *reader) number() int {
	v, n := binary.Uvarint(r.data[r.at:])
	if n <= 0 || v > 1<<48 {
		panic(errDamaged)
	}
	r.at += n
	return int(v)
}

// count reads the number of things that take some bytes each, at least.
func (r *reader) count(each int) int {
	n := r.number()
	if n > r.left()/each {
		panic(errDamaged)
	}
	return n
}

// below reads a number that is less than another.
func (r *reader) below(n int) int {
	v := r.number()
	if v >= n {
		panic(errDamaged)
	}
	return v
}

func (r *reader) text() string { return string(r.take(r.number())) }

// shared reads a text that stays where it is, in memory that nobody changes.
func (r *reader) shared(n int) string {
	b := r.take(n)
	return unsafe.String(unsafe.SliceData(b), len(b))
}
