// Package engine holds the Gorgonia ops that programs of package graph are made
// of. Each is a node that differentiates symbolically through [gorgonia.Grad]
// and runs on a TapeMachine.
//
// [Block], [Conv] and [Dense] do several steps of a network at once; they and
// [Conv2d] and [MaxPool2D] compute in float32, on all cores, with the same bits
// whatever their number, and allocate nothing after their first run. An op
// serves one machine at a time. Package ops hands out those that a Gorgonia
// program of one's own would call.
package engine
