// Package schema has the messages of an ONNX file, in code that protoc-gen-go makes
// from ONNX's schema, onnx.proto3 (ONNX 1.23, IR version 14; Apache License 2.0).
package schema
