package tensorboard

import (
	"time"

	"euryale/graph"
)

// Fields of the messages, by their names in event.proto, graph.proto,
// node_def.proto, attr_value.proto and tensor_shape.proto.
const (
	eventGraphDef = 4

	graphNode = 1

	nodeName, nodeOp, nodeInput, nodeAttr = 1, 2, 3, 5

	entryKey, entryValue = 1, 2

	attrList, attrInt, listShape = 1, 3, 7

	shapeDim, dimSize = 2, 1
)

// nodes is the Event of a network's graph. TensorBoard folds nodes by the parts of
// their names, and so blocks.
func nodes(at time.Time, net *graph.Network) message {
	var g message
	for _, n := range net.Nodes() {
		g = g.bytes(graphNode, node(n))
	}
	return event(at, 0).bytes(eventGraphDef, g)
}

// node is a NodeDef.
func node(n graph.Node) message {
	m := message{}.bytes(nodeName, []byte(n.Name)).bytes(nodeOp, []byte(n.Type))
	for _, from := range n.Reads {
		m = m.bytes(nodeInput, []byte(from))
	}
	shape := message{}.bytes(shapeDim, message{}.int(dimSize, -1)) // any number of samples
	for _, size := range n.Output {
		shape = shape.bytes(shapeDim, message{}.int(dimSize, size))
	}
	m = m.attr("_output_shapes", message{}.bytes(attrList, message{}.bytes(listShape, shape)))
	if n.Params > 0 {
		m = m.attr("params", message{}.int(attrInt, n.Params))
	}
	return m
}

// attr is an entry of the map of a node's attributes.
func (m message) attr(name string, value message) message {
	return m.bytes(nodeAttr, message{}.bytes(entryKey, []byte(name)).bytes(entryValue, value))
}
