package viz

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// The components are gonum's, but for their signs.
func TestPrincipal(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, size := range [][2]int{{300, 40}, {20, 90}, {5, 3}, {300, 2}, {7, 1}} {
		n, cols := size[0], size[1]
		x, rows := mat.NewDense(n, cols, nil), make([][]float64, n)
		for i := range rows {
			a, b := 3*r.NormFloat64(), 2*r.NormFloat64()
			for j := range cols {
				x.Set(i, j, 5+a*math.Cos(float64(j))+b*math.Sin(2*float64(j))+0.3*r.NormFloat64())
			}
			rows[i] = mat.Row(nil, i, x)
		}
		p := principalOf(rows)
		var pc stat.PC
		if !pc.PrincipalComponents(x, nil) {
			t.Fatal("gonum finds none")
		}
		var want mat.Dense
		pc.VectorsTo(&want)
		variances, all := pc.VarsTo(nil), 0.
		for _, v := range variances {
			all += v
		}
		if len(p.vectors) != min(2, cols) {
			t.Fatalf("%v: %d components", size, len(p.vectors))
		}
		for k, v := range p.vectors {
			if math.Abs(p.shares[k]-variances[k]/all) > 1e-9 {
				t.Errorf("%v: component %d has %v of the variance, want %v", size, k+1, p.shares[k], variances[k]/all)
			}
			if along := math.Abs(inner(v, mat.Col(nil, k, &want))); math.Abs(along-1) > 1e-9 {
				t.Errorf("%v: component %d is not gonum's: %v", size, k+1, along)
			}
		}
	}
}

func BenchmarkPrincipal(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	rows := make([][]float64, embedded)
	for i := range rows {
		rows[i] = make([]float64, 128)
		for j := range rows[i] {
			rows[i][j] = math.Max(0, r.NormFloat64())
		}
	}
	for b.Loop() {
		principalOf(rows)
	}
}
