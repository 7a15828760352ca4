package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/pflag"
)

// target is which kernel a command is about: that below --prefix, or the user's.
type target struct {
	prefix string
	flags  *pflag.FlagSet
}

func (t *target) add(flags *pflag.FlagSet, usage string) {
	t.flags = flags
	flags.StringVar(&t.prefix, "prefix", "", usage)
}

// given is the prefix, if there is one.
func (t *target) given() *string {
	if t.flags.Changed("prefix") {
		return &t.prefix
	}
	return nil
}

// find is the folder of the kernel: without a prefix the user's, or if that has
// none the one that Jupyter knows.
func (t *target) find(ctx context.Context) (string, error) {
	dir, err := kernelDir(t.given())
	if err != nil || t.given() != nil {
		return dir, err
	}
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if known, err := knownDir(ctx); err == nil && known != "" {
		return known, nil
	}
	return dir, nil
}

// install is the command that installs the kernel where t says.
func (t *target) install() string {
	if t.given() != nil {
		return "go run . install --prefix " + t.prefix
	}
	return "go run . install"
}

// doctor is the one for the kernel.
func (t *target) doctor(ctx context.Context) (doctor, error) {
	module, err := moduleDir(ctx)
	if err != nil {
		return doctor{}, err
	}
	dir, err := t.find(ctx)
	return doctor{module: module, dir: dir, install: t.install()}, err
}

// knownDir is the folder that Jupyter takes the kernel from; "" if it knows none.
func knownDir(ctx context.Context) (string, error) {
	out, err := run(ctx, "", "jupyter", "kernelspec", "list", "--json")
	if err != nil {
		return "", err
	}
	var list struct {
		Kernelspecs map[string]struct {
			Dir string `json:"resource_dir"`
		} `json:"kernelspecs"`
	}
	if err := json.Unmarshal(out, &list); err != nil {
		return "", fmt.Errorf("jupyter kernelspec list --json: %w", err)
	}
	return list.Kernelspecs[kernelName].Dir, nil
}
