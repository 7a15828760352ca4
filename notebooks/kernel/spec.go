package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

const (
	kernelName  = "euryale"
	displayName = "Go (Euryale)"
)

// spec is a Jupyter kernelspec: kernel.json.
// https://jupyter-client.readthedocs.io/en/stable/kernels.html
type spec struct {
	Argv          []string          `json:"argv"`
	DisplayName   string            `json:"display_name"`
	Language      string            `json:"language"`
	InterruptMode string            `json:"interrupt_mode"`
	Metadata      map[string]string `json:"metadata"`
}

// sourcesKey is, in a spec's metadata, the sum of the sources that the kernel was
// built from.
const sourcesKey = "euryale_sources"

// kernelDir is the folder of the kernel below a prefix, or without one in the
// user's Jupyter folder.
func kernelDir(prefix *string) (string, error) {
	data, err := userData()
	if prefix != nil {
		data, err = filepath.Join(*prefix, "share", "jupyter"), checkPrefix(*prefix)
	}
	if err != nil {
		return "", err
	}
	return filepath.Abs(filepath.Join(data, "kernels", kernelName))
}

// checkPrefix wants a folder that is there: a misspelt environment is not to be
// made.
func checkPrefix(prefix string) error {
	if prefix == "" {
		return errors.New("--prefix: want a folder, got an empty name")
	}
	info, err := os.Stat(prefix)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is a file", prefix)
	}
	if err != nil {
		return fmt.Errorf("--prefix: want the folder of an installation of Jupyter, such as a virtual environment: %w", err)
	}
	return nil
}

// userData is the folder where Jupyter looks for what a user installs.
// https://docs.jupyter.org/en/latest/use/jupyter-directories.html
func userData() (string, error) {
	if dir := os.Getenv("JUPYTER_DATA_DIR"); dir != "" {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	switch runtime.GOOS {
	case "darwin":
		return filepath.Join(home, "Library", "Jupyter"), nil
	case "windows":
		dir, err := os.UserConfigDir()
		return filepath.Join(dir, "jupyter"), err
	}
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "jupyter"), nil
	}
	return filepath.Join(home, ".local", "share", "jupyter"), nil
}

// install builds the kernel and puts it and its spec in dir. What is there stays
// until the new one is whole.
func install(ctx context.Context, b builder, dir string) error {
	module, err := moduleDir(ctx)
	if err != nil {
		return err
	}
	sum, err := sources(filepath.Join(module, "..", ".."))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return fmt.Errorf("%w (another place: --prefix)", err)
	}
	fresh, err := os.MkdirTemp(filepath.Dir(dir), "."+kernelName+"-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	if err := b.build(ctx, filepath.Join(fresh, program())); err != nil {
		return err
	}
	text, err := json.MarshalIndent(spec{
		Argv:          []string{filepath.Join(dir, program()), "{connection_file}"},
		DisplayName:   displayName,
		Language:      "go",
		InterruptMode: "message",
		Metadata:      map[string]string{sourcesKey: sum},
	}, "", "\t")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(fresh, "kernel.json"), append(text, '\n'), 0o644); err != nil {
		return err
	}
	if err := os.Chmod(fresh, 0o755); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(fresh, dir)
}

// uninstall removes dir, if it is that of a kernel.
func uninstall(dir string) error {
	if _, err := readSpec(dir); err != nil {
		return err
	}
	return os.RemoveAll(dir)
}

// readSpec is the spec in a folder.
func readSpec(dir string) (*spec, error) {
	path := filepath.Join(dir, "kernel.json")
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil, fmt.Errorf("no kernel in %s", dir)
	}
	if err != nil {
		return nil, err
	}
	s := &spec{}
	if err := json.Unmarshal(text, s); err != nil || len(s.Argv) == 0 {
		return nil, fmt.Errorf("%s: want a kernelspec with argv: %v", path, err)
	}
	return s, nil
}
