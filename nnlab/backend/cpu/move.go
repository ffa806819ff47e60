package cpu

import "github.com/nnlab-go/lab/nnlab/backend"

func (c *cpu) Move(m backend.Move, src, dst backend.Buffer) {
	m.Check()
	from, to := m.Last()
	j := job{part: movePart, n: 1, move: m, a: numbers("Move", src, from+1), b: numbers("Move", dst, to+1)}
	last := m.Lengths[backend.MoveAxes-1]
	for _, n := range m.Lengths[:backend.MoveAxes-1] {
		j.n *= n
	}
	j.grain = rowGrain(lightGrain, last)
	c.run(j)
}

// movePart copies lines along the last axis.
func movePart(j *job, s span) {
	m := &j.move
	const last = backend.MoveAxes - 1
	n := m.Lengths[last]
	for line := s.lo; line < s.hi; line++ {
		from, to, rest := m.FromStart, m.ToStart, line
		for a := last - 1; a >= 0; a-- {
			i := rest % m.Lengths[a]
			rest /= m.Lengths[a]
			from += i * m.From[a]
			to += i * m.To[a]
		}
		if m.From[last] == 1 && m.To[last] == 1 {
			copy(j.b[to:][:n], j.a[from:])
			continue
		}
		for i := range n {
			j.b[to+i*m.To[last]] = j.a[from+i*m.From[last]]
		}
	}
}
