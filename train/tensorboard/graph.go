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

// layers is the Event of a network's graph, as its Report has it: a node for each
// input and layer, those inside a layer left out.
func layers(at time.Time, net *graph.Network) message {
	var g message
	add := func(n message) { g = g.bytes(graphNode, n) }
	rows := net.Report().Rows
	above := ""
	if len(rows) > 0 && rows[0].Type != "Input" { // a line, whose input has no row
		in := net.Inputs()[0]
		above = in.Name
		add(node(graph.Row{Name: in.Name, Type: "Input", Output: in.Shape}))
	}
	for _, row := range rows {
		if row.Connected == nil && row.Type != "Input" {
			row.Connected = []string{above}
		}
		above = row.Name
		add(node(row))
	}
	return event(at, 0).bytes(eventGraphDef, g)
}

// node is a NodeDef.
func node(row graph.Row) message {
	n := message{}.bytes(nodeName, []byte(row.Name)).bytes(nodeOp, []byte(row.Type))
	for _, from := range row.Connected {
		n = n.bytes(nodeInput, []byte(from))
	}
	shape := message{}.bytes(shapeDim, message{}.int(dimSize, -1)) // any number of samples
	for _, size := range row.Output {
		shape = shape.bytes(shapeDim, message{}.int(dimSize, size))
	}
	n = n.attr("_output_shapes", message{}.bytes(attrList, message{}.bytes(listShape, shape)))
	if row.Params > 0 {
		n = n.attr("params", message{}.int(attrInt, row.Params))
	}
	return n
}

// attr is an entry of the map of a node's attributes.
func (m message) attr(name string, value message) message {
	return m.bytes(nodeAttr, message{}.bytes(entryKey, []byte(name)).bytes(entryValue, value))
}
