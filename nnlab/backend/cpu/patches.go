package cpu

// gatherPatches writes rows of P.
func gatherPatches(j *job, s span) {
	v := j.conv
	g, depth, outputs := &v.g, v.g.Depth(), v.g.Outputs()
	channels := g.Channels / g.Groups
	for r := s.lo; r < s.hi; r++ {
		image, out := (v.first+r)/outputs, (v.first+r)%outputs
		ox, oy, oz := out%g.Out[2], out/g.Out[2]%g.Out[1], out/(g.Out[2]*g.Out[1])
		patch := v.patches[r*depth:][:depth]
		for kz := range g.Size[0] {
			z, inZ := g.At(0, oz, kz)
			for ky := range g.Size[1] {
				y, inY := g.At(1, oy, ky)
				row := patch[(kz*g.Size[1]+ky)*g.Size[2]*channels:][:g.Size[2]*channels]
				if !inZ || !inY {
					clear(row)
					continue
				}
				line := v.x[((image*g.In[0]+z)*g.In[1]+y)*g.In[2]*g.Channels:][:g.In[2]*g.Channels]
				x := ox*g.Stride[2] - g.Pad[2]
				if g.Groups == 1 && g.Dilation[2] == 1 && x >= 0 && x+g.Size[2] <= g.In[2] {
					copy(row, line[x*channels:]) // cells that touch are one piece of memory
					continue
				}
				for kx := range g.Size[2] {
					cell := row[kx*channels:][:channels]
					if x, in := g.At(2, ox, kx); in {
						copy(cell, line[x*g.Channels+v.group*channels:])
					} else {
						clear(cell)
					}
				}
			}
		}
	}
}

// sumPatches adds up what the windows that saw a line of the input have for it,
// line after line.
func sumPatches(j *job, s span) {
	v := j.conv
	g, depth := &v.g, v.g.Depth()
	channels := g.Channels / g.Groups
	firstImage := v.first / g.Outputs()
	for l := s.lo; l < s.hi; l++ {
		image, z, y := l/(g.In[0]*g.In[1]), l/g.In[1]%g.In[0], l%g.In[1]
		line := v.x[(((firstImage+image)*g.In[0]+z)*g.In[1]+y)*g.In[2]*g.Channels:][:g.In[2]*g.Channels]
		if v.group == 0 {
			clear(line)
		}
		for kz := range g.Size[0] {
			oz, seesZ := v.seenBy(0, z, kz)
			for ky := range g.Size[1] {
				oy, seesY := v.seenBy(1, y, ky)
				if !seesZ || !seesY {
					continue
				}
				for ox := range g.Out[2] {
					patch := v.patches[(((image*g.Out[0]+oz)*g.Out[1]+oy)*g.Out[2]+ox)*depth:][:depth]
					row := patch[(kz*g.Size[1]+ky)*g.Size[2]*channels:][:g.Size[2]*channels]
					x := ox*g.Stride[2] - g.Pad[2]
					if g.Groups == 1 && g.Dilation[2] == 1 && x >= 0 && x+g.Size[2] <= g.In[2] {
						j.kernels.axpy(row, line[x*channels:][:len(row)], 1)
						continue
					}
					for kx := range g.Size[2] {
						if x, in := g.At(2, ox, kx); in {
							j.kernels.axpy(row[kx*channels:][:channels], line[x*g.Channels+v.group*channels:][:channels], 1)
						}
					}
				}
			}
		}
	}
}

// seenBy returns the output whose window sees input position in through a cell,
// along an axis, and whether there is one.
func (v *convolution) seenBy(axis, in, cell int) (out int, ok bool) {
	g := &v.g
	at := in + g.Pad[axis] - cell*g.Dilation[axis]
	out = at / g.Stride[axis]
	return out, at >= 0 && at%g.Stride[axis] == 0 && out < g.Out[axis]
}
