package tensor

import "github.com/nnlab-go/lab/nnlab/backend"

// Move copies numbers of x to places of y that strides name.
func Move(m backend.Move, x, y *Tensor) { y.Backend.Move(m, x.Buffer, y.Buffer) }

// Fill sets all of y to v.
func Fill(v float64, y *Tensor) { y.Backend.Fill(y.Size(), v, y.Buffer) }

// Scale computes y = α·y.
func Scale(alpha float64, y *Tensor) { y.Backend.Scale(y.Size(), alpha, y.Buffer) }
