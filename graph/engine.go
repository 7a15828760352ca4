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
	// Gorgonia declares every layer with Gorgonia's own ops: the reference.
	Gorgonia
)

var engineNames = []string{"default", "gorgonia"}

func (e Engine) String() string {
	if int(e) < len(engineNames) {
		return engineNames[e]
	}
	return fmt.Sprintf("Engine(%d)", e)
}

// ParseEngine is the engine of the given name: default or gorgonia.
func ParseEngine(name string) (Engine, error) {
	for i, n := range engineNames {
		if n == name {
			return Engine(i), nil
		}
	}
	return 0, errors.Errorf("engine: want %s, got %q", strings.Join(engineNames, " or "), name)
}

func (e Engine) check() error {
	if int(e) >= len(engineNames) {
		return errors.Errorf("engine: want %s, got %v", strings.Join(engineNames, " or "), e)
	}
	return nil
}
