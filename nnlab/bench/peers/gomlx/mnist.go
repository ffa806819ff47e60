package main

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
)

// mnist reads the training images, each [784] from 0 to 1, and their labels, each
// [1], from the repository that the process was started in.
func mnist() (images [][]float32, labels [][]int32, err error) {
	pixels, err := unpack("train-images-idx3-ubyte.gz", 16)
	if err != nil {
		return nil, nil, err
	}
	digits, err := unpack("train-labels-idx1-ubyte.gz", 8)
	if err != nil {
		return nil, nil, err
	}
	for i, digit := range digits {
		image := make([]float32, 784)
		for j, p := range pixels[784*i:][:784] {
			image[j] = float32(p) / 255
		}
		images, labels = append(images, image), append(labels, []int32{int32(digit)})
	}
	return images, labels, nil
}

// unpack returns what stands behind a file's header.
func unpack(name string, header int) ([]byte, error) {
	f, err := os.Open(filepath.Join("datasets", "mnist", name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(z)
	return data[header:], err
}
