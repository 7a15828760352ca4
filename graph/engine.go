package graph

import (
	"fmt"
	"strings"

	"github.com/pkg/errors"
)

// Engine is what a network's programs are made of.
type Engine uint8

const (
	// DefaultEngine is the fastest engine that supports the network.
	DefaultEngine Engine = iota
	// Gorgonia declares each op by its definition, with Gorgonia's own op
	// where there is one that is right: the reference.
	Gorgonia
	// Fused takes ops that belong together as one step with a kernel of
	// ours, where it has one. It computes in float32.
	Fused
)

var engineNames = []string{"default", "gorgonia", "fused"}

// engine is what the network's programs run on.
func (n *Network) engine() Engine {
	if n.config.Engine != DefaultEngine {
		return n.config.Engine
	}
	if n.config.Dtype == Float32 {
		return Fused
	}
	return Gorgonia
}

func (e Engine) String() string {
	if int(e) < len(engineNames) {
		return engineNames[e]
	}
	return fmt.Sprintf("Engine(%d)", e)
}

// ParseEngine is the engine of the given name: default, gorgonia or fused.
func ParseEngine(name string) (Engine, error) {
	for i, n := range engineNames {
		if n == name {
			return Engine(i), nil
		}
	}
	return 0, errors.Errorf("engine: want %s, got %q", strings.Join(engineNames, ", "), name)
}

func (e Engine) check() error {
	if int(e) >= len(engineNames) {
		return errors.Errorf("engine: want %s, got %v", strings.Join(engineNames, ", "), e)
	}
	return nil
}
