package nets_test

import (
	"testing"

	"euryale/graph"
	"euryale/internal/wrong"
	"euryale/nets"
)

// TestFieldsAskedWrongly asks for networks of sizes and classes that there are
// none of.
func TestFieldsAskedWrongly(t *testing.T) {
	wrong.Fields{Subjects: []wrong.Subject{{
		Of: nets.Config{Input: graph.Shape{1, 28, 28}},
		Ask: func(c any) error {
			_, err := nets.New("lesson", c.(nets.Config))
			return err
		},
		As: map[string][]string{"Input": {"input"}, "Classes": {"Units"}, "Engine": {"engine"}},
	}}}.Run(t, ".")
}

func TestNewAskedWrongly(t *testing.T) {
	for _, tt := range []struct {
		name, network string
		config        nets.Config
		want          string
	}{
		{"classes", "lesson", nets.Config{Classes: -1}, "network lesson: want Classes of at least 1, or 0 for 10, got -1"},
		{"no input", "simple", nets.Config{Input: graph.Shape{}}, "network simple: network: want an input shape such as (1, 28, 28), got ()"},
		{"input", "simple", nets.Config{Input: graph.Shape{1, -28, 28}}, `network simple: network: input "input": want dimensions of at least 1, got (1, -28, 28)`},
		{"a picture", "resnet20", nets.Config{Input: graph.Shape{2, 28, 28}}, "network resnet20: input: want a picture (C, H, W) of 1 or 3 channels and at least 28×28 pixels, got (2, 28, 28)"},
		{"engine", "simple", nets.Config{Engine: 9}, "network simple: engine: want default, gorgonia, fused, got Engine(9)"},
	} {
		if _, err := nets.New(tt.network, tt.config); err == nil || err.Error() != tt.want {
			t.Errorf("%s: want error %q, got %v", tt.name, tt.want, err)
		}
	}
}
