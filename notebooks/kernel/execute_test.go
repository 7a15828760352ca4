package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMain is Jupyter's command where a test has linked it under that name: it
// does with a notebook what the notebook says.
func TestMain(m *testing.M) {
	if strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe") == "jupyter" {
		os.Exit(jupyter(os.Args[1:]))
	}
	os.Exit(m.Run())
}

func jupyter(args []string) int {
	after := func(name string) string { return args[slices.Index(args, name)+1] }
	text, err := os.ReadFile(args[slices.IndexFunc(args, func(a string) bool { return strings.HasSuffix(a, ".ipynb") })])
	switch {
	case err != nil:
		return 2
	case strings.Contains(string(text), "fail"):
		fmt.Fprintln(os.Stderr, "the cell's error")
		return 1
	case strings.Contains(string(text), "sleep"):
		time.Sleep(time.Minute)
	}
	run := strings.Replace(string(text), `"execution_count": null, "id": "b2", "metadata": {}, "outputs": []`,
		`"execution_count": 1, "id": "b2", "metadata": {"execution": {}}, "outputs": [{"name": "stdout", "output_type": "stream", "text": "shown\n"}]`, 1)
	if os.WriteFile(filepath.Join(after("--output-dir"), after("--output")), []byte(run), 0o644) != nil {
		return 2
	}
	return 0
}

// unrun is a notebook of one cell.
func unrun(source string) string {
	return `{"cells": [{"cell_type": "code", "execution_count": null, "id": "b2", "metadata": {}, "outputs": [], "source": ["` + source + `"]}],
"metadata": {"kernelspec": {"display_name": "Go (Euryale)", "language": "go", "name": "euryale"}, "language_info": {"name": "go"}}, "nbformat": 4, "nbformat_minor": 5}`
}

// A notebook that ran is replaced; one that did not, took too long, or is not to be
// committed stays as it was, and those after it are run all the same.
func TestExecute(t *testing.T) {
	bin, dir := t.TempDir(), t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(bin, strings.Replace(program(), "gophernotes", "jupyter", 1))); err != nil {
		t.Skip(err)
	}
	t.Setenv("PATH", bin)
	sources := map[string]string{"1.ipynb": "f()", "2.ipynb": "fail()", "3.ipynb": "sleep()", "4.ipynb": "f() // in /tmp/x", "5.ipynb": "g()"}
	var paths []string
	for i := range len(sources) {
		path := filepath.Join(dir, fmt.Sprint(i+1)+".ipynb")
		if err := os.WriteFile(path, []byte(unrun(sources[filepath.Base(path)])), 0o644); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	var out strings.Builder
	err = executor{limit: 2 * time.Second, out: &out}.all(t.Context(), paths)
	for _, want := range []string{"2.ipynb: jupyter nbconvert: exit status 1\nthe cell's error", "3.ipynb: want it to run within 2s", "4.ipynb[cell 1]: /tmp/x in the source"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	for i, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		ran := i == 0 || i == 4
		switch name := filepath.Base(path); {
		case ran && (!strings.Contains(string(text), "shown") || strings.Contains(string(text), `"execution"`)):
			t.Errorf("%s: want what it showed, and not when, got\n%s", name, text)
		case !ran && string(text) != unrun(sources[name]):
			t.Errorf("%s: want it as it was, got\n%s", name, text)
		case ran && !strings.Contains(out.String(), fmt.Sprintf(" s, %d bytes\n", len(text))):
			t.Errorf("%s: want its size %d, got %q", name, len(text), out.String())
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) != len(paths) {
		t.Errorf("want no other file, got %v", entries)
	}
}

// No dataset is found where a user would have it, and nothing is left behind.
func TestBuiltIn(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", "before")
	t.Setenv("LocalAppData", "before")
	t.Setenv("EURYALE_DATA", t.TempDir())
	restore, err := builtIn(t.Context())
	if err != nil {
		t.Skip(err)
	}
	cache, err := os.UserCacheDir()
	if data, ok := os.LookupEnv("EURYALE_DATA"); err != nil || ok || strings.HasPrefix(cache, "before") {
		t.Errorf("want an empty cache and no EURYALE_DATA, got %q and %q", cache, data)
	}
	dir := os.Getenv("XDG_CACHE_HOME")
	restore()
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("want %s removed, got %v", dir, err)
	}
}
