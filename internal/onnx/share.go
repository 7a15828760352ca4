package onnx

import (
	"google.golang.org/protobuf/encoding/protowire"

	"euryale/internal/onnx/schema"
)

// The numbers of the fields that lead to an initializer's raw data.
const (
	graphField       protowire.Number = 7 // of a ModelProto
	initializerField protowire.Number = 5 // of a GraphProto
	rawField         protowire.Number = 9 // of a TensorProto
)

// decodeModel decodes a model whose initializers' raw data are those in data: a
// decoder would copy them, which are nearly all that there is.
func decodeModel(data []byte) (*schema.ModelProto, error) {
	pieces := 0
	p := new(schema.ModelProto)
	if err := scan(data, p.ProtoReflect().Descriptor(), 0, &pieces); err != nil {
		return nil, err
	}
	var raw [][]byte
	thin := without(nil, data, []protowire.Number{graphField, initializerField, rawField}, &raw)
	if err := decode(thin, p); err != nil {
		return nil, err
	}
	for i, t := range p.GetGraph().GetInitializer() {
		if i < len(raw) && len(raw[i]) > 0 {
			t.RawData = raw[i]
		}
	}
	return p, nil
}

// without appends to to a message less the field that path leads to, which goes to
// taken: one entry for each message that may have it, the last where there are
// several, as a decoder does.
func without(to, b []byte, path []protowire.Number, taken *[][]byte) []byte {
	if len(path) == 1 {
		*taken = append(*taken, nil)
	}
	for len(b) > 0 {
		number, wire, n := protowire.ConsumeTag(b)
		size := n + protowire.ConsumeFieldValue(number, wire, b[n:])
		if number != path[0] || wire != protowire.BytesType {
			to = append(to, b[:size]...)
			b = b[size:]
			continue
		}
		inner, _ := protowire.ConsumeBytes(b[n:])
		if len(path) == 1 {
			(*taken)[len(*taken)-1] = inner
		} else {
			to = protowire.AppendTag(to, number, wire)
			to = protowire.AppendBytes(to, without(nil, inner, path[1:], taken))
		}
		b = b[size:]
	}
	return to
}
