package viz

import (
	"cmp"
	"math"
	"slices"
)

// principal are the first two principal components of rows of numbers, as stat.PC of gonum
// has them. It is not gonum's, since every cell that draws would link its linear algebra,
// which takes a tenth of the time of a cell; a test holds the two together.
type principal struct {
	means   []float64
	vectors [][]float64 // at most two, of length 1
	shares  [2]float64  // of the variance
}

// principalOf finds them: the eigenvectors of Xᵀ·X, centred, by Jacobi's rotations, or where
// there are fewer rows than numbers the eigenvectors u of X·Xᵀ, which make them as Xᵀ·u/‖Xᵀ·u‖.
func principalOf(rows [][]float64) (p principal) {
	n, cols := len(rows), len(rows[0])
	p.means = make([]float64, cols)
	for _, r := range rows {
		for j, v := range r {
			p.means[j] += v / float64(n)
		}
	}
	centred, columns := make([][]float64, n), make([][]float64, cols)
	for i, r := range rows {
		centred[i] = p.from(r)
		for j, v := range centred[i] {
			columns[j] = append(columns[j], v)
		}
	}
	sides := columns // of the products
	if n < cols {
		sides = centred
	}
	products, all := make([][]float64, len(sides)), 0.
	for i := range sides {
		products[i] = make([]float64, len(sides))
		for j := range i + 1 {
			products[i][j] = inner(sides[i], sides[j])
			products[j][i] = products[i][j]
		}
		all += products[i][i]
	}
	if all == 0 {
		return p
	}
	u := eigenvectors(products, 1e-14*all)
	order := make([]int, len(u))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(products[j][j], products[i][i]) })
	for k, i := range order[:min(2, n, cols)] {
		v := u[i]
		if n < cols {
			v = make([]float64, cols)
			for j, c := range columns {
				v[j] = inner(u[i], c)
			}
		}
		if length := math.Sqrt(inner(v, v)); length > 0 {
			for j := range v {
				v[j] /= length
			}
		}
		p.vectors, p.shares[k] = append(p.vectors, v), max(0, products[i][i]/all)
	}
	return p
}

// from is a row as it lies from the middle.
func (p *principal) from(row []float64) []float64 {
	c := make([]float64, len(row))
	for j, v := range row {
		c[j] = v - p.means[j]
	}
	return c
}

// at is where a row lies on the plane.
func (p *principal) at(row []float64) (point [2]float64) {
	c := p.from(row)
	for k, v := range p.vectors {
		point[k] = inner(v, c)
	}
	return point
}

func inner(a, b []float64) (sum float64) {
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

// eigenvectors rotates a symmetric matrix until what stands beside its diagonal is at most
// small, and returns its eigenvectors, a row each; the diagonal has the eigenvalues then
// (Golub and Van Loan, Matrix Computations, 8.5).
func eigenvectors(a [][]float64, small float64) (v [][]float64) {
	n := len(a)
	v = make([][]float64, n)
	for i := range v {
		v[i] = make([]float64, n)
		v[i][i] = 1
	}
	for rotated := true; rotated; {
		rotated = false
		for p := range n {
			for q := p + 1; q < n; q++ {
				if math.Abs(a[p][q]) <= small {
					continue
				}
				rotated = true
				theta := (a[q][q] - a[p][p]) / (2 * a[p][q])
				t := math.Copysign(1, theta) / (math.Abs(theta) + math.Sqrt(theta*theta+1))
				c := 1 / math.Sqrt(t*t+1)
				s := t * c
				for k := range n {
					a[k][p], a[k][q] = c*a[k][p]-s*a[k][q], s*a[k][p]+c*a[k][q]
				}
				turn(a[p], a[q], c, s)
				turn(v[p], v[q], c, s)
			}
		}
	}
	return v
}

// turn rotates two rows.
func turn(x, y []float64, c, s float64) {
	for k := range x {
		x[k], y[k] = c*x[k]-s*y[k], s*x[k]+c*y[k]
	}
}
