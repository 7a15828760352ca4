package onnx

import (
	"github.com/pkg/errors"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Limits of a file, far above those of models in use. They bound what a small, damaged
// or malicious file can make Parse allocate.
const (
	maxBytes  = 1<<31 - 1 // protobuf's own
	maxDepth  = 64        // messages inside messages; a subgraph takes three
	maxPieces = 1 << 21   // messages, strings and byte strings
	maxRank   = 64        // dimensions of a tensor
)

// scan checks the limits of an encoded message before it is decoded: a message takes
// two bytes in a file and a hundred times as many in memory.
func scan(b []byte, d protoreflect.MessageDescriptor, depth int, pieces *int) error {
	if depth > maxDepth {
		return errors.Errorf("messages are nested more than %d deep", maxDepth)
	}
	for len(b) > 0 {
		number, wire, n := protowire.ConsumeTag(b)
		if n < 0 {
			return errors.Wrap(protowire.ParseError(n), "not a protobuf message")
		}
		b = b[n:]
		if wire != protowire.BytesType {
			if n = protowire.ConsumeFieldValue(number, wire, b); n < 0 {
				return errors.Wrap(protowire.ParseError(n), "not a protobuf message")
			}
			b = b[n:]
			continue
		}
		inner, n := protowire.ConsumeBytes(b)
		if n < 0 {
			return errors.Wrap(protowire.ParseError(n), "cut short, or not a protobuf message")
		}
		b = b[n:]
		if *pieces++; *pieces > maxPieces {
			return errors.Errorf("more than %d messages and strings", maxPieces)
		}
		field := d.Fields().ByNumber(number)
		if field == nil || field.Message() == nil {
			continue
		}
		if err := scan(inner, field.Message(), depth+1, pieces); err != nil {
			return err
		}
	}
	return nil
}
