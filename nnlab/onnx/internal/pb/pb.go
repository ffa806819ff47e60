// Package pb is the messages of an ONNX file. onnx-ml.proto is the standard's own, version
// 1.23 of the Python package onnx.
package pb

//go:generate go run ../protogo onnx-ml.proto github.com/nnlab-go/lab/nnlab/onnx/internal/pb
