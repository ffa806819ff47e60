package backendtest

import "testing"

// memory tests what makes, fills and reads buffers.
func (s *suite) memory(t *testing.T) {
	b := s.backend
	x := b.Alloc(10)
	if x.Len() != 10 {
		t.Errorf("Alloc(10).Len() = %d", x.Len())
	}
	if wrong := identical(read(b, x), make([]float64, 10)); wrong != "" {
		t.Errorf("Alloc must return zeros: %s", wrong)
	}
	b.Upload(x, []float32{1, 2, 3})
	b.Upload(x, nil)
	part := b.Slice(x, 1, 4)
	if part.Len() != 3 {
		t.Errorf("Slice(1, 4).Len() = %d", part.Len())
	}
	b.Fill(2, 9, part)
	if wrong := identical(read(b, x), []float64{1, 9, 9, 0, 0, 0, 0, 0, 0, 0}); wrong != "" {
		t.Errorf("a Slice must share the buffer's numbers: %s", wrong)
	}
	b.Upload(b.Slice(part, 2, 3), []float32{7})
	host := make([]float32, 4)
	b.Download(host, x)
	if wrong := identical(widen(host), []float64{1, 9, 9, 7}); wrong != "" {
		t.Errorf("Download: %s", wrong)
	}
	for _, n := range []int{0, -1} {
		mustPanic(t, "Alloc", "a length below 1", func() { b.Alloc(n) })
	}
	for _, r := range [][2]int{{-1, 3}, {2, 2}, {3, 2}, {0, 11}, {0, -1}, {10, 11}} {
		mustPanic(t, "Slice", "bounds outside of the buffer", func() { b.Slice(x, r[0], r[1]) })
	}
	// What lies behind a slice is not the slice's.
	mustPanic(t, "Upload", "more numbers than the slice holds", func() { b.Upload(part, make([]float32, 4)) })
	mustPanic(t, "Upload", "more numbers than the buffer holds", func() { b.Upload(x, make([]float32, 11)) })
	mustPanic(t, "Download", "more numbers than the buffer holds", func() { b.Download(make([]float32, 11), x) })
	mustPanic(t, "Upload", "a foreign buffer", func() { b.Upload(foreign{3}, host) })
	mustPanic(t, "Download", "a foreign buffer", func() { b.Download(host, foreign{9}) })
	mustPanic(t, "Slice", "a foreign buffer", func() { b.Slice(foreign{9}, 0, 1) })
}
