package cpu

import (
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// volumes is a batch of volumes [In × Channels] as windows see it: with the
// padding around, so that no window asks where it is, or without the front of an axis
// where its padding is negative. Where there is none the volumes are read where they
// stand. Else some are copied at a time, in blocks of channels when that is asked for:
//
//	[volume][block][z][y][x][channel of the block]
type volumes struct {
	x        []float32
	in, pad  [3]int // lengths of the axes, and the padding in front
	size     [3]int // lengths with the padding, as far as windows reach
	channels int
	block    int // channels in a block
	direct   bool

	first  int       // the volume that x or the copy begins with
	values []float32 // of the volumes from first on
	copied []float32 // the copy's memory
	most   int       // how much that will be
}

// prepare says which volumes are to be read, and returns how many at a time, so
// that about scratch numbers are copied.
func (v *volumes) prepare(scratch int, x []float32, n int, in, pad, size [3]int, channels, block int) (batch int) {
	v.most = scratch
	v.x, v.in, v.pad, v.size, v.channels, v.block = x, in, pad, size, channels, block
	v.direct = pad == [3]int{} && block >= channels && size[0] <= in[0] && size[1] <= in[1] && size[2] <= in[2]
	if v.direct {
		v.size, v.block = in, channels
		return n
	}
	return min(n, max(1, scratch/v.volume()))
}

// blocks is how many blocks of channels there are.
func (v *volumes) blocks() int { return ceil(v.channels, v.block) }

// positions is how many positions a volume has, with its padding.
func (v *volumes) positions() int { return v.size[0] * v.size[1] * v.size[2] }

// volume is how far apart volumes stand.
func (v *volumes) volume() int { return v.positions() * v.block * v.blocks() }

// take makes values those of n volumes from first on.
func (v *volumes) take(c *cpu, first, n int) {
	v.first = first
	if v.direct {
		v.values = v.x[first*v.volume():]
		return
	}
	v.values = sized(&v.copied, n*v.volume(), v.most)
	lines := v.blocks() * v.size[0] * v.size[1]
	c.pool.run(job{part: copyLines, n: n * lines, kernels: c.kernels, volumes: v, grain: rowGrain(lightGrain, v.size[2]*v.block)})
}

// done lets go of the batch.
func (v *volumes) done() { v.x, v.values = nil, nil }

// copyLines copies lines with the padding at their ends.
func copyLines(j *job, s span) {
	v := j.volumes
	width := v.size[2] * v.block
	for l := s.lo; l < s.hi; l++ {
		to := v.values[l*width:][:width]
		y, z := l%v.size[1]-v.pad[1], l/v.size[1]%v.size[0]-v.pad[0]
		b := l / (v.size[1] * v.size[0])
		volume, channel := b/v.blocks(), b%v.blocks()*v.block
		if z < 0 || z >= v.in[0] || y < 0 || y >= v.in[1] {
			clear(to)
			continue
		}
		line := v.x[(((v.first+volume)*v.in[0]+z)*v.in[1]+y)*v.in[2]*v.channels:][:v.in[2]*v.channels]
		if v.pad[2] < 0 {
			line = line[min(len(line), -v.pad[2]*v.channels):]
		}
		front, count := min(max(0, v.pad[2]), v.size[2]), min(len(line)/v.channels, v.size[2]-max(0, v.pad[2]))
		clear(to[:front*v.block])
		to = to[front*v.block:]
		channels := min(v.block, v.channels-channel)
		if channels == v.channels && channels == v.block {
			to = to[copy(to, line[:max(0, count)*channels]):]
		} else if count > 0 {
			j.kernels.packCopy(to, v.block, channels, line[channel:], v.channels, count)
			to = to[count*v.block:]
		}
		clear(to)
	}
}

// need is how far windows reach along each axis, counted from the padding's front.
func need(w *backend.Window) (size [3]int) {
	for a := range size {
		size[a] = (w.Out[a]-1)*w.Stride[a] + (w.Size[a]-1)*w.Dilation[a] + 1
	}
	return size
}

// sized returns scratch of n numbers. What a caller will need at most, where it
// knows that, is reserved at once: scratch that grows leaves behind what it has
// outgrown, while memory that nothing was written to costs nothing.
func sized[T any](x *[]T, n int, most ...int) []T {
	if cap(*x) < n {
		*x = make([]T, slices.Max(append(most, n)))
	}
	*x = (*x)[:n]
	return *x
}
