// Package safetensors reads and writes files of named tensors:
//
//	err := safetensors.WriteFile("a.safetensors", &safetensors.File{
//		Tensors: []safetensors.Tensor{safetensors.FromFloat32s("dense.bias", []int{2}, []float32{1, 2})},
//	})
//	…
//	f, err := safetensors.ReadFile("a.safetensors")
//	x, ok := f.Tensor("dense.bias")
//	bias, err := x.Float32s()
//
// A file is the length of its header, 8 bytes, little-endian; the header, a JSON
// object with an entry for each tensor, and strings below "__metadata__"; the
// tensors' bytes, without gaps.
// https://github.com/huggingface/safetensors, README, "Format".
//
// The same File gives the same bytes, those that Python's safetensors 0.8 writes
// too where there is no more than one string of metadata.
package safetensors
