package train

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"euryale/graph"
)

// checkpointBytes are a file with all that a checkpoint may hold: an EarlyStop with what was
// best, averages, a log, an epoch under way, validations.
func checkpointBytes(t testing.TB) (net *graph.Network, b []byte, c Config) {
	t.Helper()
	stop := &EarlyStop{RestoreBest: true, Patience: 9}
	c = Config{
		Batch: 16, Epochs: 2, Validation: bars(31), ValidateEvery: 2, Average: EMA{Decay: 0.5},
		Callbacks: []Callback{stop, NewCSVLog(&bytes.Buffer{})},
	}
	net = restless(t)
	with := c
	with.Callbacks = append(slices.Clone(c.Callbacks), Checkpoints{Every: 1, Save: func(e Event, p *Checkpoint) error {
		if e.Step != 10 {
			return nil
		}
		var to bytes.Buffer
		p.History = &History{Epochs: e.of.history.Epochs, Validations: e.of.history.Validations}
		err := p.write(&to, net, checkpointFile{Settings: e.of.runSettings(e.of.data), Best: Patience{Best: 1, Epoch: 1}}, keepers(with.Callbacks))
		b = to.Bytes()
		return err
	}})
	fit(t, net, bars(100), with)
	return net, b, c
}

// readBytes is what Resume makes of a file's bytes.
func readBytes(b []byte, net *graph.Network, c Config) (*Checkpoint, error) {
	s, err := graph.DecodeSaved(b)
	if err != nil {
		return nil, err
	}
	f, err := checkpointOf(s)
	if err != nil {
		return nil, err
	}
	return (&Folder{}).goOn(f, s, net, c)
}

// end is what becomes of a run from a checkpoint.
func end(t testing.TB, p *Checkpoint, c Config) ([]uint64, error) {
	net := restless(t)
	c.From = p
	_, err := Fit(t.Context(), net, bars(100), c)
	return weights(net), err
}

// TestCheckpointDamaged: a thousand damaged files are errors, or the same run.
func TestCheckpointDamaged(t *testing.T) {
	net, b, c := checkpointBytes(t)
	rng := rand.New(rand.NewPCG(1, 2))
	fails := 0
	for range 1000 {
		d := slices.Clone(b)
		switch at := rng.IntN(len(d)); rng.IntN(4) {
		case 0:
			d[at] ^= 1 << rng.IntN(8)
		case 1:
			d = d[:at]
		case 2:
			n := min(rng.IntN(64)+1, len(d)-at)
			copy(d[at:at+n], make([]byte, n))
		default:
			other := rng.IntN(len(d))
			d[at], d[other] = d[other], d[at]
		}
		if _, err := readBytes(d, net, c); err != nil {
			if fails++; strings.Contains(err.Error(), "\n") {
				t.Errorf("want one line, got %q", err)
			}
		} else if !bytes.Equal(d, b) && !sameMetadata(d, b) {
			t.Error("want an error of a damaged file, got none")
		}
	}
	if fails < 900 {
		t.Errorf("want nearly all refused, got %d", fails)
	}
}

// sameMetadata says whether two files say the same, as where a space was put for
// another.
func sameMetadata(a, b []byte) bool {
	x, errX := graph.DecodeSaved(a)
	y, errY := graph.DecodeSaved(b)
	return errX == nil && errY == nil && maps.Equal(x.Details.Metadata, y.Details.Metadata)
}

// FuzzCheckpoint changes what a file says in JSON, with a checksum that is right: an
// error, or a checkpoint that a Fit goes on from or refuses, without a panic.
func FuzzCheckpoint(f *testing.F) {
	net, b, c := checkpointBytes(f)
	s, err := graph.DecodeSaved(b)
	if err != nil {
		f.Fatal(err)
	}
	text := s.Details.Metadata[checkpointKey]
	f.Add(text)
	for _, change := range [][2]string{
		{`"Epoch":2`, `"Epoch":-2`},
		{`"Epoch":2`, `"Epoch":9223372036854775807`},
		{`"Samples":48`, `"Samples":17`},
		{`"Samples":48`, `"Samples":9223372036854775807`},
		{`"Ended":false`, `"Ended":true`},
		{`"Validate":false`, `"Validate":true`},
		{`"Steps":10`, `"Steps":-1`},
		{`"Scale":1`, `"Scale":1e999`},
		{`optimizer/m/`, `optimizer/v/`},
		{`"*train.Log"`, `"*train.Lag"`},
		{`"Callbacks":[`, `"Callbacks":[null,`},
		{`"Outputs":[`, `"Outputs":[{},`},
		{`"Format":1`, `"Format":2`},
	} {
		if !strings.Contains(text, change[0]) {
			f.Errorf("want %s in %s", change[0], text)
		}
		f.Add(strings.Replace(text, change[0], change[1], 1))
	}
	tensors, err := graph.LoadFS(fstest.MapFS{"a": {Data: b}}, "a")
	if err != nil {
		f.Fatal(err)
	}
	d := tensors.Details()
	f.Fuzz(func(t *testing.T, text string) {
		if !json.Valid([]byte(text)) && len(text) > 1<<16 {
			return
		}
		d := d
		d.Metadata = map[string]string{checkpointKey: text}
		var to bytes.Buffer
		if err := tensors.WriteWith(&to, d); err != nil {
			return // such as text that is not UTF-8
		}
		c := c
		c.Callbacks = []Callback{&EarlyStop{RestoreBest: true, Patience: 9}, NewCSVLog(&bytes.Buffer{})}
		c.Epochs = 1
		p, err := readBytes(to.Bytes(), net, c)
		if err == nil {
			_, err = end(t, p, c)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("want one line, got %q", err)
		}
	})
}
