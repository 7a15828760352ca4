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
		"simple": "282ed802a916a750", "dense128": "a9c83b726e45c893", "lesson": "ee061a7927d0c080", "conv32": "f3557096a031f370",
		"conv64": "29b72d91c4fb93f5", "three-conv": "a3ceb2213cec6c1e", "lenet5": "eec19c9429da5cca",
		"conv5": "42e249eeec0362e5", "vgg-small": "d2d0cd159a7a76b6", "all-conv": "5511894908c3b1de", "resnet20": "d49cae593637d773", "mobile": "9c835b6c66433c6f",
	},
	"AVX2": {
		"simple": "282ed802a916a750", "dense128": "a9c83b726e45c893", "lesson": "ee061a7927d0c080", "conv32": "f3557096a031f370",
		"conv64": "29b72d91c4fb93f5", "three-conv": "0064396c830bf5d1", "lenet5": "eec19c9429da5cca",
		"conv5": "42e249eeec0362e5", "vgg-small": "d2d0cd159a7a76b6", "all-conv": "5511894908c3b1de", "resnet20": "d49cae593637d773", "mobile": "9c835b6c66433c6f",
	},
	"generic Go": {
		"simple": "bceb278626881442", "dense128": "33bec88c3f995455", "lesson": "256513e85f36583d", "conv32": "bdacbbe92df11444",
		"conv64": "b9955fc7c51f768b", "three-conv": "22b5e8e0436818e0", "lenet5": "2888efb09315eb77",
		"conv5": "c70c7441ff0d5035", "vgg-small": "1ecba909d8c83202", "all-conv": "1bc99e27e21a11e1", "resnet20": "ed7630c5347e86ca", "mobile": "9f6b01ec6c91ed86",
	},
	"gorgonia, AVX-512": {
		"simple": "f277a78f3bcc70e5", "dense128": "8533e48244a98898", "lesson": "f788cfa9c6e5b1c1", "conv32": "621250dc661059b8",
		"conv64": "19fb2da829e5a69d", "three-conv": "1a67afc8df7eecca", "lenet5": "98c6669e79f04172",
		"conv5": "3fd0b32fddcf2f2e", "vgg-small": "b1168a74225b5dae", "all-conv": "f67e707459a95c09", "resnet20": "e8255b3c04c162a0", "mobile": "7bb4db25b2513d6e",
	},
	"gorgonia, AVX2": {
		"simple": "f277a78f3bcc70e5", "dense128": "8533e48244a98898", "lesson": "f788cfa9c6e5b1c1", "conv32": "621250dc661059b8",
		"conv64": "19fb2da829e5a69d", "three-conv": "1a67afc8df7eecca", "lenet5": "98c6669e79f04172",
		"conv5": "3fd0b32fddcf2f2e", "vgg-small": "b1168a74225b5dae", "all-conv": "f67e707459a95c09", "resnet20": "e8255b3c04c162a0", "mobile": "7bb4db25b2513d6e",
	},
	"gorgonia, generic Go": {
		"simple": "dd6da84b3c9fa571", "dense128": "413b367940653bf4", "lesson": "0583d726ed2fef77", "conv32": "e5c3fc3bf364052f",
		"conv64": "80b4b3392cc0fae1", "three-conv": "5bd87da9af62af98", "lenet5": "a5b90dbbb51a935f",
		"conv5": "9b39daf3b2eedc25", "vgg-small": "21bf3675678934b9", "all-conv": "741563d8c52e917e", "resnet20": "f5084112a0e6a49c", "mobile": "3db523fc862a0bd9",
	},
}

func TestBits(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("recorded on amd64")
	}
	data, _ := loaders.RenderedDigits(3, 70, 0)
	level := f32.Current().String()
	for _, c := range []struct {
		engine  graph.Engine
		by      string
		samples int
	}{{graph.Fused, level, 70}, {graph.Gorgonia, "gorgonia, " + level, 38}} {
		for _, name := range nets.Names() {
			t.Run(c.by+"/"+name, func(t *testing.T) {
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
