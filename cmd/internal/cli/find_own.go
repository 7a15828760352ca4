package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/pkg/errors"

	"euryale/cmd/internal/command"
	"euryale/loaders"
)

// largestSide is that of a picture that nobody asked to have larger.
const largestSide = 64

// findOwn reads the pictures that --data names, and splits off what is tested on where
// they have no test part.
func (f *flags) findOwn(ctx context.Context, l Lesson, log io.Writer) (*data, error) {
	if f.Dir == "" {
		return nil, command.Usagef("--data: want pictures, in a folder or a file, as %s --data DIR, got none", l.Name)
	}
	c, err := f.wanted()
	if err != nil {
		return nil, err
	}
	d := &data{name: nameOf(f.Dir)}
	progress := newOpeningProgress(log, d.name)
	defer progress.clear()
	if progress != nil {
		c.Progress, log = progress.tell, progress
	}
	if d.train, d.test, err = f.lookAhead(ctx, &c); err != nil {
		return nil, err
	}
	if err := f.checkAugment(d.train.Channels, cmp.Or(c.Height, d.train.Height), cmp.Or(c.Width, d.train.Width)); err != nil {
		return nil, err // before all is decoded
	}
	if d.train.Streamed() { // else it is of arrays, and read already
		c.Log = log
		if d.train, d.test, err = loaders.Open(ctx, f.Dir, c); err != nil {
			return nil, f.openError(err)
		}
	}
	d.streaming = f.streamingOf(d)
	if err := f.splitOff(d); err != nil {
		return nil, err
	}
	return d, f.sample(d)
}

// sample leaves so many images of either part as are asked for, of each class its share.
func (f *flags) sample(d *data) error {
	for _, part := range []struct {
		of   **loaders.Dataset
		n    int
		flag string
	}{{&d.train, f.TrainSamples, "--train-samples"}, {&d.test, f.TestSamples, "--test-samples"}} {
		all := *part.of
		if part.n == 0 || part.n >= all.Len() { // more is reported elsewhere
			continue
		}
		_, some, err := all.Split(float64(part.n)/float64(all.Len()), f.Seed)
		if err != nil {
			return errors.WithMessage(err, part.flag)
		}
		some.Name = all.Name
		*part.of = some
	}
	return nil
}

// lookAhead opens the data without decoding pictures, and sets what hangs on them: the
// size of the images where nobody said it and the pictures are large, since to train on
// them as they are takes long; and how many are wanted of parts that nothing is split off.
func (f *flags) lookAhead(ctx context.Context, c *loaders.OpenConfig) (train, test *loaders.Dataset, err error) {
	look := *c
	look.Memory, look.Cache, look.Fit, look.Log = 1, "", loaders.FitInside, nil // nothing is decoded
	if train, test, err = loaders.Open(ctx, f.Dir, look); err != nil {
		return nil, nil, f.openError(err)
	}
	if !train.Streamed() {
		err = f.checkArrays()
	}
	if c.Height == 0 && max(train.Height, train.Width) > largestSide {
		c.Height, c.Width = shrunk(train.Height, train.Width)
	}
	if test != nil {
		c.TrainSamples, c.TestSamples = min(f.TrainSamples, train.Len()), min(f.TestSamples, test.Len())
		if !train.Streamed() {
			train, test = train.First(c.TrainSamples), test.First(c.TestSamples)
		}
	}
	return train, test, err
}

// checkArrays reports flags of how pictures are decoded, where there are none.
func (f *flags) checkArrays() error {
	for _, name := range []string{"fit", "cache"} {
		if flag := f.set.Lookup(name); flag != nil && flag.Value.String() != flag.DefValue {
			return command.Usagef("--%s: want none, as %s has arrays, which are taken as they are, and no pictures to decode", name, f.Dir)
		}
	}
	return nil
}

// openError names the flag, and the one that helps.
func (f *flags) openError(err error) error {
	var bad *loaders.UnreadableError
	if errors.As(err, &bad) && !f.SkipBad {
		return errors.Errorf("--data: %v: leave them out with --skip-bad", err)
	}
	var of *loaders.SettingError
	if errors.As(err, &of) {
		return errors.Errorf("--data: %v%s", err, f.helpful(of.Setting))
	}
	return errors.WithMessage(err, "--data")
}

// helpful says which flag helps where arrays are not what is asked for.
func (f *flags) helpful(s loaders.Setting) string {
	switch {
	case s == loaders.ChannelsSetting && f.Grey:
		return ": leave out --grey"
	case s == loaders.SizeSetting && f.Size != "":
		return ": arrays are taken as they are; give their size as --size HxW, or leave out --size"
	case s == loaders.ClassesSetting && f.ClassFile != "":
		return ": name all classes in the file of --classes, or leave it out"
	case f.begunWith != nil && s != loaders.ClassesSetting:
		return ", as the network of --load takes them"
	case s == loaders.SizeSetting:
		return ": say it with --size HxW"
	}
	return ""
}

// shrunk are sides in the same proportion, the larger of which is largestSide.
func shrunk(height, width int) (h, w int) {
	larger := max(height, width)
	return max(1, (height*largestSide+larger/2)/larger), max(1, (width*largestSide+larger/2)/larger)
}

// nameOf is what data is called: the end of its path.
func nameOf(path string) string {
	full, err := filepath.Abs(path)
	if err != nil {
		full = path
	}
	name := filepath.Base(full)
	for _, ending := range []string{".gz", ".tar", ".tgz", ".zip", ".csv", ".npz"} {
		name = strings.TrimSuffix(name, ending)
	}
	return name
}

// splitOff makes the test images of data that has no test part.
func (f *flags) splitOff(d *data) error {
	k, n, err := f.fold()
	if err != nil {
		return err
	}
	if d.test != nil {
		for _, name := range []string{"test-share", "fold"} {
			if f.given(name) && f.set.Changed(name) {
				return command.Usagef("--%s: want data without a test part, got one of %s", name, command.Counted(d.test.Len(), "image", "images"))
			}
		}
		return nil
	}
	if n > 0 {
		parts, err := d.train.Folds(n, f.Seed)
		if err != nil {
			return errors.WithMessage(err, "--fold")
		}
		d.train, d.test = parts[k-1].Training, parts[k-1].Validation
		d.split = fmt.Sprintf("part %d of %d is tested on, stratified, seed %d", k, n, f.Seed)
		return nil
	}
	share := f.TestShare
	if share == 0 { // a command without --test-share
		share = 0.2
	}
	if d.train, d.test, err = d.train.Split(share, f.Seed); err != nil {
		return errors.WithMessage(err, "--test-share")
	}
	d.split = fmt.Sprintf("%.4g %% are tested on, stratified, seed %d", 100*share, f.Seed)
	return nil
}
