package nets_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"runtime"
	"testing"

	"euryale/graph"
	"euryale/internal/f32"
	"euryale/loaders"
	"euryale/nets"
	"euryale/train"
)

// bits are the hashes of each network's weights after six steps (four on the
// engine gorgonia), by what computes them. They change only where a change of
// rounding is meant. On other processors than amd64 Go may fuse a
// multiplication and an addition, so that generic kernels round otherwise.
var bits = map[string]map[string]string{
	"AVX-512": {
		"simple": "a43b9e1d49b74b62", "dense128": "9cb2f748451d4e5c", "lesson": "bcce33cb4c3030ec", "conv32": "4df29ce9e234947a",
		"conv64": "071a03b8e5f56562", "three-conv": "ed652d66a6be55ca", "lenet5": "63916bcf1821f746",
		"conv5": "9f430b842e4b394a", "vgg-small": "379783e93f39d8de", "all-conv": "60623507e4e31af1", "resnet20": "ba06dd15ccdd7149", "mobile": "80f47a8ea6550511",
	},
	"AVX2": {
		"simple": "a43b9e1d49b74b62", "dense128": "9cb2f748451d4e5c", "lesson": "bcce33cb4c3030ec", "conv32": "4df29ce9e234947a",
		"conv64": "071a03b8e5f56562", "three-conv": "3cb05104e3fce28e", "lenet5": "63916bcf1821f746",
		"conv5": "9f430b842e4b394a", "vgg-small": "379783e93f39d8de", "all-conv": "60623507e4e31af1", "resnet20": "ba06dd15ccdd7149", "mobile": "80f47a8ea6550511",
	},
	"generic Go": {
		"simple": "e7a3f67336265aca", "dense128": "13be949be6860ee4", "lesson": "dc4393ef9686ef4f", "conv32": "be05811407ef5a52",
		"conv64": "10fbdba76ae2f4df", "three-conv": "847c261754dbec03", "lenet5": "de94ed58fdb807b6",
		"conv5": "97b21382ef8a60db", "vgg-small": "a0d039ba6b053885", "all-conv": "4128a81c4e0746e7", "resnet20": "17eee31cb2f4edb1", "mobile": "553e9f1be6d75e35",
	},
	"gorgonia, AVX-512": {
		"simple": "f277a78f3bcc70e5", "dense128": "8533e48244a98898", "lesson": "f788cfa9c6e5b1c1", "conv32": "621250dc661059b8",
		"conv64": "19fb2da829e5a69d", "three-conv": "1a67afc8df7eecca", "lenet5": "98c6669e79f04172",
		"conv5": "3fd0b32fddcf2f2e", "vgg-small": "b1168a74225b5dae", "all-conv": "f67e707459a95c09", "resnet20": "a193330c29584756", "mobile": "95d50589873334e4",
	},
	"gorgonia, AVX2": {
		"simple": "f277a78f3bcc70e5", "dense128": "8533e48244a98898", "lesson": "f788cfa9c6e5b1c1", "conv32": "621250dc661059b8",
		"conv64": "19fb2da829e5a69d", "three-conv": "1a67afc8df7eecca", "lenet5": "98c6669e79f04172",
		"conv5": "3fd0b32fddcf2f2e", "vgg-small": "b1168a74225b5dae", "all-conv": "f67e707459a95c09", "resnet20": "a193330c29584756", "mobile": "95d50589873334e4",
	},
	"gorgonia, generic Go": {
		"simple": "dd6da84b3c9fa571", "dense128": "413b367940653bf4", "lesson": "0583d726ed2fef77", "conv32": "e5c3fc3bf364052f",
		"conv64": "80b4b3392cc0fae1", "three-conv": "5bd87da9af62af98", "lenet5": "a5b90dbbb51a935f",
		"conv5": "9b39daf3b2eedc25", "vgg-small": "21bf3675678934b9", "all-conv": "741563d8c52e917e", "resnet20": "d03c0b9482413904", "mobile": "92769bd8d5b36c70",
	},
}

func TestBits(t *testing.T) {
	if runtime.GOARCH != "amd64" && f32.Current() != f32.NEON {
		t.Skip("recorded on amd64")
	}
	data, _ := loaders.RenderedDigits(3, 70, 0)
	level := f32.Current().String()
	if f32.Current() == f32.NEON { // which computes what AVX2 does
		level = f32.AVX2.String()
	}
	for _, c := range []struct {
		engine  graph.Engine
		by      string
		samples int
	}{{graph.Fused, level, 70}, {graph.Gorgonia, "gorgonia, " + level, 38}} {
		for _, name := range nets.Names() {
			t.Run(c.by+"/"+name, func(t *testing.T) {
				if c.engine == graph.Gorgonia && runtime.GOARCH != "amd64" {
					t.Skip("Gorgonia's ops are plain Go, where products are fused with additions")
				}
				net, err := nets.New(name, nets.Config{Seed: 1, Engine: c.engine})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := train.Fit(t.Context(), net, data.First(c.samples), train.Config{Epochs: 2, Seed: 1}); err != nil {
					t.Fatal(err)
				}
				h := sha256.New()
				for _, p := range net.Params() {
					binary.Write(h, binary.LittleEndian, p.Value.Data())
				}
				if got, want := fmt.Sprintf("%x", h.Sum(nil)[:8]), bits[c.by][name]; got != want {
					t.Errorf("weights hash to %s, want %s", got, want)
				}
			})
		}
	}
}
