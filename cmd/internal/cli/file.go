package cli

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pkg/errors"

	"euryale/cmd/internal/command"
	"euryale/graph"
	"euryale/internal/atomicfile"
)

// standardOutput is that, where --json takes the name of a file.
const standardOutput = "-"

// file is one that a flag asks for.
type file struct{ flag, path string }

// check reports, before hours of training, a file that cannot be written, or
// that is there and not to be replaced.
func (f file) check(replace bool) error {
	if err := atomicfile.Check(f.path); err != nil {
		return errors.WithMessage(err, f.flag)
	}
	return f.checkFree(replace)
}

// checkFree reports a file that is in the way, and a folder always. A pipe or a
// device is not.
func (f file) checkFree(replace bool) error {
	info, err := os.Stat(f.path)
	if err != nil {
		info, err = os.Lstat(f.path) // a link to nothing would be lost, too
	}
	switch {
	case err != nil:
		return nil
	case info.IsDir():
		return errors.Errorf("%s: want a file, got the folder %s", f.flag, f.path)
	case !replace && (info.Mode().IsRegular() || info.Mode().Type() == fs.ModeSymlink):
		return errors.Errorf("%s: %s exists: write elsewhere, or replace it with --force", f.flag, f.path)
	}
	return nil
}

// write writes the whole file or leaves what was there, and tells out. It
// checks again, since training takes long.
func (f file) write(text []byte, replace bool, out io.Writer) error {
	if err := f.checkFree(replace); err != nil {
		return err
	}
	if err := atomicfile.Write(f.path, text); err != nil {
		return errors.WithMessage(err, f.flag)
	}
	_, err := fmt.Fprintf(out, "Wrote %s\n", f.path)
	return err
}

// listener is who is told of the files that are written: out, unless quiet.
func (f *flags) listener(out io.Writer) io.Writer {
	if f.Quiet {
		return io.Discard
	}
	return out
}

func (f *flags) jsonFile() file { return file{"--json", f.JSON} }
func (f *flags) pageFile() file { return file{"--page", f.Page} }
func (f *flags) saveFile() file { return file{"--save", f.Save} }

// checkFiles reports, before hours of training, what cannot be written.
func (f *flags) checkFiles(net *graph.Network) error {
	if err := f.checkNames(net); err != nil || !f.writes() {
		return err
	}
	if err := f.checkJSON(); err != nil {
		return err
	}
	if err := f.checkLogs(); err != nil {
		return err
	}
	if f.Page != "" {
		if err := f.pageFile().check(f.replaces(f.Page)); err != nil {
			return err
		}
	}
	if err := f.checkSave(net); err != nil {
		return err
	}
	if err := f.checkFolder(); err != nil {
		return err
	}
	return f.checkPictures(net)
}

// checkJSON is checkFiles of --json alone.
func (f *flags) checkJSON() error {
	if f.JSON == "" || f.JSON == standardOutput {
		return nil
	}
	return f.jsonFile().check(f.replaces(f.JSON))
}

// checkNames reports names that are no files' names, and two files of one name.
func (f *flags) checkNames(net *graph.Network) error {
	files := []file{f.jsonFile()}
	for _, l := range f.lineLogs() {
		files = append(files, l.file)
	}
	files = append(files, f.pageFile(), file{"--pictures", f.Pictures}, file{"--tensorboard", f.TensorBoard}, f.saveFile(), file{"--checkpoint", f.Checkpoint})
	if err := checkDash(files[1:]); err != nil {
		return err
	}
	if f.Pictures != "" {
		for _, name := range f.pictureNames(net) {
			files = append(files, file{"--pictures", filepath.Join(f.Pictures, name)})
		}
	}
	return checkApart(files)
}

// checkDash reports what is no file's name.
func checkDash(files []file) error {
	for _, file := range files {
		if file.path == standardOutput {
			return command.Usagef("%s: want a name, got -, which only --json takes: ./- is a name", file.flag)
		}
	}
	return nil
}

// checkApart reports two files of one name.
func checkApart(files []file) error {
	taken := map[string]string{} // the flag, by the name in full
	for _, file := range files {
		name, err := filepath.Abs(file.path)
		if file.path == "" || file.path == standardOutput || err != nil {
			continue
		}
		if other := taken[name]; other != "" && other != "--pictures" {
			return command.Usagef("%s: want another file than that of %s, got %s", file.flag, other, file.path)
		}
		taken[name] = file.flag
	}
	return nil
}
