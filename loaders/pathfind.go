package loaders

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"euryale/internal/archive"
)

// pathFinder finds the pictures of a table. A table in Kaggle's form names them without
// the endings of their files, and they lie in a folder beside it.
// Several goroutines may use it.
type pathFinder struct {
	files   fs.FS
	folders []string // that are looked through, besides the table's own

	mu   sync.Mutex
	seen map[string]map[string][]string // of a folder, the pictures in it by their names without endings
}

// newPathFinder looks in the folder files of a table of that name, in the folder in it
// that is called like the table, and in train.
func newPathFinder(files fs.FS, table string) *pathFinder {
	f := &pathFinder{files: files, seen: map[string]map[string][]string{}}
	for _, name := range []string{strings.TrimSuffix(table, path.Ext(table)), "train"} {
		if fs.ValidPath(name) && !slices.Contains(f.folders, name) {
			f.folders = append(f.folders, name)
		}
	}
	return f
}

// find describes the picture of a name.
func (f *pathFinder) find(name string) archive.File {
	if isPicture(name) {
		return f.whole(name)
	}
	var found []string
	for _, folder := range append([]string{"."}, f.folders...) {
		dir := path.Join(folder, path.Dir(name))
		for _, file := range f.pictures(dir)[path.Base(name)] {
			found = append(found, path.Join(dir, file))
		}
	}
	switch len(found) {
	case 0:
		return archive.File{Name: name, Odd: "missing: there is no picture of that name here or in " + strings.Join(f.folders, " or ")}
	case 1:
		return archive.Described(f.files, found[0])
	}
	return archive.File{Name: name, Odd: "there more than once: " + listed(found)}
}

// whole describes a picture whose name has its ending.
func (f *pathFinder) whole(name string) archive.File {
	beside := archive.Described(f.files, name)
	if beside.Odd != archive.Missing {
		return beside
	}
	for _, folder := range f.folders {
		if in := archive.Described(f.files, path.Join(folder, name)); in.Odd == "" {
			return in
		}
	}
	return beside
}

// isPicture reports whether a name has the ending of a picture.
func isPicture(name string) bool {
	return slices.Contains(extensions, strings.ToLower(path.Ext(name)))
}

// pictures are those in a folder, by their names without endings; none of what is no
// folder or cannot be read.
func (f *pathFinder) pictures(dir string) map[string][]string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if found, known := f.seen[dir]; known {
		return found
	}
	found := map[string][]string{}
	f.seen[dir] = found
	d, err := f.files.Open(dir)
	if err != nil {
		return found
	}
	defer d.Close()
	reader, ok := d.(fs.ReadDirFile)
	for n := 0; ok && n < mostRows; {
		entries, err := reader.ReadDir(1024) // so that no more are held than are looked at
		for _, e := range entries {
			if name := e.Name(); isPicture(name) && !e.IsDir() && !archive.Hidden(name) {
				stem := strings.TrimSuffix(name, path.Ext(name))
				found[stem] = append(found[stem], name)
			}
		}
		if n += len(entries); err != nil || len(entries) == 0 {
			break
		}
	}
	for _, names := range found {
		slices.Sort(names)
	}
	return found
}
