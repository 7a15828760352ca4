package graph

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/internal/atomicfile"
	"euryale/internal/safetensors"
)

// A network's file is one of the safetensors format: its parameters under their
// names, as any reader of that format finds them, and in the metadata, under
// "euryale", the declaration and the details in JSON; under "euryale.checksum" the
// SHA-256 of both.
const (
	metadataKey = "euryale"
	checksumKey = "euryale.checksum"

	// format is the version of what stands under metadataKey. Files of this one
	// and those before it can be read.
	format = 1
)

// reserved reports whether a name in the metadata is ours.
func reserved(name string) bool { return strings.HasPrefix(name, metadataKey) }

// description is what stands under metadataKey.
type description struct {
	Format   int                `json:"format"`
	Network  *declaration       `json:"network"`
	Steps    uint64             `json:"steps,omitempty"`
	Classes  []string           `json:"classes,omitempty"`
	Input    *Scaling           `json:"input,omitempty"`
	Settings json.RawMessage    `json:"settings,omitempty"`
	Figures  map[string]float64 `json:"figures,omitempty"`
}

// Save writes the network to a file of the safetensors format: weights, State,
// declaration, Steps and Details. From the file alone Load builds it again. The
// file is there whole, on the disk, or as it was.
//
// A layer that no file can hold is an error: one with fields that are not
// exported, or a function without a name.
func (n *Network) Save(path string) error {
	f, err := n.file(n.Details())
	if err != nil {
		return errors.WithMessagef(err, "cannot save %s", path)
	}
	return atomicfile.WriteDurably(path, func(w io.Writer) error { return safetensors.Write(w, f) })
}

// Write is Save to a writer.
func (n *Network) Write(w io.Writer) error { return n.WriteWith(w, n.Details()) }

// WriteWith is Write with other Details, which the network does not take over.
func (n *Network) WriteWith(w io.Writer, d Details) error {
	f, err := n.file(d)
	if err != nil {
		return errors.WithMessage(err, "cannot save the network")
	}
	return safetensors.Write(w, f)
}

// file is the network as a file holds it.
func (n *Network) file(det Details) (*safetensors.File, error) {
	if n == nil || n.details == nil {
		return nil, errors.New("want a network, got one of nothing")
	}
	d, err := n.declare()
	if err != nil {
		return nil, err
	}
	if err := det.check(n); err != nil { // what a layer or the caller has changed since
		return nil, err
	}
	about := description{Format: format, Network: d, Steps: n.Steps(), Classes: det.Classes, Settings: det.Settings, Figures: det.Figures}
	if s := det.Input; s.isSet() {
		about.Input = &s
	}
	text, err := json.Marshal(about)
	if err != nil {
		return nil, errors.Wrap(err, "declaration")
	}
	f := &safetensors.File{Metadata: map[string]string{metadataKey: string(text)}}
	for name, text := range det.Metadata {
		f.Metadata[name] = text
	}
	for _, p := range n.params {
		f.Tensors = append(f.Tensors, encodeTensor(p.Name, p.Value))
	}
	for _, name := range sortedKeys(det.Tensors) {
		f.Tensors = append(f.Tensors, encodeTensor(name, det.Tensors[name]))
	}
	f.Metadata[checksumKey] = checksum(f)
	return f, nil
}

// checksum is that of a file's tensors and metadata, besides itself.
func checksum(f *safetensors.File) string {
	h := sha256.New()
	for _, name := range sortedKeys(f.Metadata) {
		if name != checksumKey {
			fmt.Fprintf(h, "%d %s %d %s\n", len(name), name, len(f.Metadata[name]), f.Metadata[name])
		}
	}
	fmt.Fprint(h, f.Checksum())
	return fmt.Sprintf("sha256:%x", h.Sum(nil))
}

func encodeTensor(name string, t *tensor.Dense) safetensors.Tensor {
	if values, ok := t.Data().([]float64); ok {
		return safetensors.FromFloat64s(name, t.Shape(), values)
	}
	return safetensors.FromFloat32s(name, t.Shape(), t.Data().([]float32))
}
