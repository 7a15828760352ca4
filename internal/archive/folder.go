package archive

import (
	"io"
	"io/fs"
	"os"
	"path"

	"github.com/pkg/errors"
)

// openFolder lists a folder. Nothing outside it is read, whatever links it holds.
func openFolder(path string) (*Archive, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, errors.WithStack(err)
	}
	a, err := OfFS(path, root.FS())
	if err != nil {
		root.Close()
		return nil, err
	}
	return a, nil
}

// OfFS lists a folder that is called path. Links to files are followed as far as
// files does; links to folders are not.
func OfFS(path string, files fs.FS) (*Archive, error) {
	a := Single(path, files)
	for folders := []string{"."}; len(folders) > 0; {
		last := len(folders) - 1
		found, err := a.list(files, folders[last])
		if err != nil {
			return nil, err
		}
		folders = append(folders[:last], found...)
	}
	return a, a.order()
}

// list adds what is in one folder, and returns the folders in it.
func (a *Archive) list(files fs.FS, folder string) (found []string, err error) {
	d, err := files.Open(folder)
	if err != nil {
		return nil, errors.Errorf("%s: %v", path.Join(a.Path, folder), a.inWords(err))
	}
	defer d.Close()
	reader, ok := d.(fs.ReadDirFile)
	if !ok {
		return nil, errors.Errorf("%s: want a folder", path.Join(a.Path, folder))
	}
	for {
		entries, err := reader.ReadDir(1024) // so that millions do not come before they are counted
		for _, e := range entries {
			name := path.Join(folder, e.Name())
			if e.IsDir() {
				found = append(found, name)
			}
			if err := a.add(entryOf(files, name, e), e.IsDir()); err != nil {
				return nil, err
			}
		}
		if err == io.EOF || err == nil && len(entries) == 0 {
			return found, nil
		}
		if err != nil {
			return nil, errors.Errorf("%s: %v", path.Join(a.Path, folder), a.inWords(err))
		}
	}
}

// entryOf describes what is in a folder.
func entryOf(files fs.FS, name string, e fs.DirEntry) File {
	if e.Type()&fs.ModeSymlink != 0 {
		return Described(files, name)
	}
	info, err := e.Info()
	return described(name, info, err)
}

// Missing is the Odd of a file that is not there.
const Missing = "missing"

// Described describes the file of that name, through links.
func Described(files fs.FS, name string) File {
	info, err := fs.Stat(files, name)
	return described(name, info, err)
}

func described(name string, info fs.FileInfo, err error) File {
	f := File{Name: name}
	var at *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.Odd = Missing
	case errors.As(err, &at) && at.Err.Error() == "path escapes from parent":
		f.Odd = "a link out of the folder"
	case err != nil:
		f.Odd = "not to be read: " + err.Error()
	case info.IsDir():
		f.Odd = "a folder, or a link to one"
	case !info.Mode().IsRegular():
		f.Odd = "no regular file"
	default:
		f.Size, f.Time = info.Size(), info.ModTime().UnixNano()
	}
	return f
}

// Single is a folder without any files yet: whoever knows their names fills them in,
// by Described.
func Single(path string, files fs.FS) *Archive {
	return &Archive{Path: path, Kind: Folder, open: func(f *File) (io.ReadCloser, error) { return files.Open(f.Name) }}
}
