package datasets_test

import (
	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// A model learns from a Set; only this test knows both packages.
var _ nn.Data = (*datasets.Set)(nil)
