package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// compiled is what the kernel is built from, from the root.
var compiled = []string{
	"go.mod", "graph", "nets", "loaders", "train", "internal", "notebooks/kernel/go.mod",
	"notebooks/kernel/patch.go", "notebooks/kernel/added", "notebooks/kernel/session", "notebooks/kernel/tables",
}

// sources is a sum of what the kernel is built from: it changes with any file that
// is compiled in.
func sources(root string) (string, error) {
	h := sha256.New()
	for _, dir := range compiled {
		err := filepath.WalkDir(filepath.Join(root, filepath.FromSlash(dir)), func(path string, e fs.DirEntry, err error) error {
			name := e.Name()
			switch {
			case err != nil:
				return err
			case e.IsDir():
				if name == "testdata" || strings.HasPrefix(name, "_") {
					return filepath.SkipDir
				}
				return nil
			case strings.HasSuffix(name, "_test.go"):
				return nil
			}
			switch filepath.Ext(name) {
			case ".go", ".s", ".mod", ".sum":
			default:
				return nil
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			at, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			fmt.Fprintf(h, "%s %d\n", filepath.ToSlash(at), len(text))
			h.Write(text)
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
