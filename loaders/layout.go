package loaders

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/pkg/errors"

	"euryale/internal/archive"
	"euryale/internal/decimal"
)

// layout says which files of an archive are pictures of which class.
type layout struct {
	archive     *archive.Archive
	classes     []string
	train, test []labelled // test is nil where there is none
	notes       []string
	folders     int // that could be classes
}

// labelled is a file and its class.
type labelled struct{ file, label int }

// The folders that hold the parts of a dataset, in lower case; of those for tests
// the first that is there counts.
var (
	trainFolders = []string{"train", "training"}
	testFolders  = []string{"test", "testing", "val", "valid", "validation"}
)

// tree is the visible files below a folder of an archive, by the folder in it that
// they are in.
type tree struct {
	archive *archive.Archive
	root    string           // "" or a name with a slash at its end
	in      map[string][]int // files, by the folder below root; also empty ones
	deep    map[string]bool  // of those folders, which have files in folders of their own
	beside  int              // files that are in none
	links   []string         // those of them that lead to a folder or out of all, which may be meant for classes
}

func treeOf(a *archive.Archive, root string) *tree {
	t := &tree{archive: a, root: root, in: map[string][]int{}, deep: map[string]bool{}}
	for i, f := range a.Files {
		name, below := strings.CutPrefix(f.Name, root)
		if !below || archive.Hidden(name) {
			continue
		}
		folder, rest, inside := strings.Cut(name, "/")
		if !inside {
			t.beside++
			if strings.Contains(f.Odd, "link") {
				t.links = append(t.links, fmt.Sprintf("%s is %s", name, f.Odd))
			}
			continue
		}
		t.in[folder] = append(t.in[folder], i)
		t.deep[folder] = t.deep[folder] || strings.Contains(rest, "/")
	}
	for _, name := range a.Folders {
		name, below := strings.CutPrefix(name, root)
		if !below || archive.Hidden(name) {
			continue
		}
		folder, _, _ := strings.Cut(name, "/")
		if _, there := t.in[folder]; !there {
			t.in[folder] = nil
		}
	}
	return t
}

func (t *tree) names() []string { return slices.Sorted(maps.Keys(t.in)) }

// find is the first folder of one of the names, in any case, that holds folders.
func (t *tree) find(names []string) string {
	for _, want := range names {
		for _, got := range t.names() {
			if strings.EqualFold(want, got) && t.deep[got] {
				return got
			}
		}
	}
	return ""
}

// layoutOf finds the folders of classes in an archive. It is nil where there are
// none.
func layoutOf(a *archive.Archive, classes []string) (*layout, error) {
	t := treeOf(a, "")
	for len(t.in) == 1 && t.deep[t.names()[0]] { // a folder around all of it
		t = treeOf(a, t.root+t.names()[0]+"/")
	}
	l := &layout{archive: a}
	if err := l.noLinks(t); err != nil {
		return nil, err
	}
	if len(t.in) == 0 {
		return nil, nil
	}
	train := t.find(trainFolders)
	if train == "" {
		err := l.take(t, nil, classes)
		return l, err
	}
	test := t.find(testFolders)
	l.left(t, train, test)
	var testTree *tree
	if test != "" {
		testTree = treeOf(a, t.root+test+"/")
	}
	return l, l.take(treeOf(a, t.root+train+"/"), testTree, classes)
}

// left notes what stays aside, beside the folders of training and test.
func (l *layout) left(t *tree, used ...string) {
	for _, name := range t.names() {
		if !slices.Contains(used, name) {
			l.notes = append(l.notes, fmt.Sprintf("the folder %s is left out: it holds no classes, or the test images come from another", name))
		}
	}
	l.beside(t)
}

func (l *layout) beside(t *tree) {
	if t.beside > 0 {
		l.notes = append(l.notes, fmt.Sprintf("%s beside the folders %s left out", decimal.Count(t.beside, "file", "files"), isAre(t.beside)))
	}
}

// noLinks reports links where folders of classes are, which would be classes left out.
func (l *layout) noLinks(t *tree) error {
	if t == nil || len(t.links) == 0 {
		return nil
	}
	return errors.Errorf("%s: want folders and no links to some: %s; put the folder there, or take the link away", l.archive.Path, listed(t.links))
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// take makes the folders of the trees classes: those asked for, or all of train's.
func (l *layout) take(train, test *tree, classes []string) error {
	for _, t := range []*tree{train, test} {
		if err := l.noLinks(t); err != nil {
			return err
		}
	}
	l.classes, l.folders = classes, len(train.in)
	if classes == nil {
		l.classes = train.names()
	}
	l.beside(train)
	l.train = l.of(train)
	if test == nil {
		return nil
	}
	if classes == nil {
		for _, name := range test.names() {
			if _, known := train.in[name]; !known {
				return errors.Errorf("%s: want in %s the classes of %s, got also %s", l.archive.Path, path.Clean(test.root), path.Clean(train.root), name)
			}
		}
	}
	l.test = l.of(test)
	return nil
}

// of is the files of a tree, in the order of their classes and names.
func (l *layout) of(t *tree) (all []labelled) {
	left := len(t.in)
	for label, class := range l.classes {
		files, there := t.in[class]
		if there {
			left--
		}
		for _, i := range files {
			all = append(all, labelled{i, label})
		}
	}
	if left > 0 {
		l.notes = append(l.notes, fmt.Sprintf("%s of no class asked for %s left out", decimal.Count(left, "folder", "folders"), isAre(left)))
	}
	return all
}

// checkClasses reports classes that nothing can be learned of.
func (l *layout) checkClasses() error {
	if len(l.classes) < 2 {
		return errors.Errorf("%s: want pictures of at least 2 classes, in a folder each, got %s: %s", l.archive.Path, decimal.Count(len(l.classes), "class", "classes"), listed(l.classes))
	}
	if none := without(l.train, l.classes); len(none) > 0 {
		return errors.Errorf("%s: want pictures of each class, got none of %s: fill or remove what is empty", l.archive.Path, listed(none))
	}
	return nil
}

// without is the classes of which there are none.
func without(all []labelled, classes []string) (none []string) {
	there := make([]bool, len(classes))
	for _, f := range all {
		there[f.label] = true
	}
	for label, is := range there {
		if !is {
			none = append(none, classes[label])
		}
	}
	return none
}

// listed is some names in a line.
func listed(names []string) string {
	if more := len(names) - mostListed; more > 0 {
		return strings.Join(names[:mostListed], ", ") + " and " + decimal.Count(more, "more", "more")
	}
	return strings.Join(names, ", ")
}
