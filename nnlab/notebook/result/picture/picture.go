// Package picture shows the value of a cell's last expression when it is an
// image.
package picture

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"

	"github.com/nnlab-go/lab/nnlab/notebook/result"
)

// Show shows an image as a picture, and other values as [result.Show] does.
func Show(values ...any) {
	if n := len(values); n == 2 && values[1] == nil {
		values = values[:1]
	}
	if len(values) == 1 {
		if m, ok := values[0].(image.Image); ok {
			var b bytes.Buffer
			if err := png.Encode(&b, m); err == nil {
				result.Write(map[string]string{
					"text/plain": fmt.Sprintf("imagem de %d × %d", m.Bounds().Dx(), m.Bounds().Dy()),
					"image/png":  base64.StdEncoding.EncodeToString(b.Bytes()),
				})
				return
			}
		}
	}
	result.Show(values...)
}
