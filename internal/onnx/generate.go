package onnx

// schema/onnx.proto3 is what onnx/gen_proto.py of the package onnx 1.23.2 (PyPI) makes
// of its onnx.in.proto: python gen_proto.py -m -o DIR onnx.
//go:generate go -C _proto run . -in ../schema/onnx.proto3 -out ../schema/onnx.pb.go -pkg euryale/internal/onnx/schema
