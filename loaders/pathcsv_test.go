package loaders

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOpenPathCSV(t *testing.T) {
	pixels := greys("in/1.png", "in/2.png", "3.png")
	for _, tt := range []struct {
		name, table string
		config      OpenConfig
		classes     []string
		want        []int // pixel·10 + label
		log         string
	}{
		{"names", "path,label\nin/1.png,dog\nin/2.png,cat\n3.png,dog\n", OpenConfig{}, []string{"cat", "dog"}, []int{20, 11, 31}, ""},
		{"other names, other columns", "\ufeffid;Label;Filename\r\n7;b;./in/1.png\r\n8;a;3.png\r\n", OpenConfig{}, []string{"a", "b"}, []int{30, 11}, ""},
		{"no names", "in/1.png\tb\n3.png\ta\n", OpenConfig{}, []string{"a", "b"}, []int{30, 11}, ""},
		{"names of which nothing is known", "what,breed\n\"in/1.png\",\"a, b\"\n3.png,c\n", OpenConfig{}, []string{"a, b", "c"}, []int{10, 31}, ""},
		{"numbers", "file,class\nin/1.png,10\nin/2.png,9\n", OpenConfig{}, []string{"9", "10"}, []int{20, 11}, ""},
		{"some classes", "file,class\nin/1.png,c\nin/2.png,b\n3.png,a\n", OpenConfig{Classes: []string{"c", "a"}}, []string{"c", "a"}, []int{10, 31}, "1 row of no class asked for is left out\n"},
	} {
		for _, memory := range []int64{0, 1} {
			t.Run(fmt.Sprintf("%s/%d", tt.name, memory), func(t *testing.T) {
				dir := pixels.folder(t)
				path := filepath.Join(dir, "table.csv")
				must(t, os.WriteFile(path, []byte(tt.table), 0o644))
				var log strings.Builder
				tt.config.Log, tt.config.Memory = &log, memory
				d, test, err := Open(t.Context(), path, tt.config)
				must(t, err)
				if diff := cmp.Diff(tt.classes, d.Classes); diff != "" || test != nil {
					t.Errorf("classes (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(tt.want, digest(t, d)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if got := strings.ReplaceAll(log.String(), path+": ", ""); got != tt.log {
					t.Errorf("log: want %q, got %q", tt.log, got)
				}
			})
		}
	}
}

// TestOpenIDs finds pictures by names without endings, beside the table, in a folder of its
// name and in train.
func TestOpenIDs(t *testing.T) {
	for _, tt := range []struct {
		name, file, table string
		pictures          made
		want              []int // pixel·10 + label
	}{
		{"beside", "labels.csv", "id,label\n1,cat\n2,dog\n", greys("1.png", "2.png"), []int{10, 21}},
		{"as CIFAR-10 at Kaggle", "trainLabels.csv", "id,label\n1,frog\n2,truck\n10,cat\n", greys("train/1.png", "train/2.png", "train/10.png"), []int{100, 11, 22}},
		{"in a folder of its name", "labels.csv", "id,breed\n1,a\n2,b\n", greys("labels/1.png", "labels/2.PNG", "labels/.1.png", "other/1.png"), []int{10, 21}},
		{"in folders", "x.csv", "image_id,label\nred/1,a\nblue/1,b\n", greys("x/red/1.png", "train/blue/1.png"), []int{10, 11}},
		{"with dots", "x.csv", "id,label\nimg.7,a\nimg.8,b\n", made{"img.7.jpg": greys("7.png")["7.png"], "img.8.png": greys("8.png")["8.png"]}, []int{70, 81}},
		{"a name with an ending, elsewhere", "x.csv", "image,label\n1.png,a\n2.png,b\n", greys("train/1.png", "x/2.png"), []int{10, 21}},
		{"names and ids", "x.csv", "image,label\n1.png,a\n2,b\n", greys("1.png", "1.jpg", "2.png"), []int{10, 21}},
		{"ids beside names", "x.csv", "id,path,label\n9,1.png,a\n8,2.png,b\n", greys("1.png", "2.png", "8.png"), []int{10, 21}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(tt.pictures.folder(t), tt.file)
			must(t, os.WriteFile(path, []byte(tt.table), 0o644))
			d, _, err := Open(t.Context(), path, OpenConfig{})
			must(t, err)
			if diff := cmp.Diff(tt.want, digest(t, d)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestOpenIDsReports lists what is missing and what is there twice, all at once, and leaves
// it out where that is asked for.
func TestOpenIDsReports(t *testing.T) {
	path := filepath.Join(greys("1.png", "1.jpg", "2.png", "train/2.gif", "labels/3.png", "4.png", "5.png").folder(t), "labels.csv")
	must(t, os.WriteFile(path, []byte("id,label\n1,a\n2,a\n3,a\n4,b\n6,b\n7.png,b\n"), 0o644))
	_, _, err := Open(t.Context(), path, OpenConfig{})
	want := path + ": 4 files of 6 cannot be read: 1 (is there more than once: 1.jpg, 1.png); 2 (is there more than once: 2.png, train/2.gif); " +
		"6 (is missing: there is no picture of that name here or in labels or train); 7.png (is missing)"
	if err == nil || err.Error() != want {
		t.Errorf("want %s, got %v", want, err)
	}
	d, _, err := Open(t.Context(), path, OpenConfig{SkipBad: true})
	must(t, err)
	if diff := cmp.Diff([]int{30, 41}, digest(t, d)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOpenPathCSVReports(t *testing.T) {
	for _, tt := range []struct{ name, table, want string }{
		{"a path out", "path,label\n1.png,a\n../2.png,b\n", `line 3: want names that stay in the folder, got "../2.png"`},
		{"a path from the root", "path,label\n/etc/passwd,a\n", `line 2: want names that begin at the folder, got "/etc/passwd"`},
		{"a drive", "path,label\nC:/x.png,a\n", `line 2: want names that begin at the folder, got "C:/x.png"`},
		{"backslashes", "path,label\nin\\x.png,a\n", `line 2: want / between folders, got the name "in\\x.png"`},
		{"no label", "path,label\n1.png,\n", "line 2: want a label, got none"},
		{"a short row", "path,label\n1.png\n", "line 2: want 2 columns, as in the first line, got 1"},
		{"no rows", "path,label\n", "want a path and a label a row, got no rows"},
		{"a quote", "path,label\n\"1.png,a\n", `want a CSV file, got one that is not (parse error on line 2, column 10: extraneous or missing " in quoted-field)`},
		{"missing files", "path,label\n1.png,a\n2.png,b\n", "1 file of 2 cannot be read: 2.png (is missing)"},
		{"a link out", "path,label\n1.png,a\nlink.png,b\n", "1 file of 2 cannot be read: link.png (is a link out of the folder)"},
		{"one class", "path,label\n1.png,a\n", "want pictures of at least 2 classes, in a folder each, got 1 class: a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := greys("1.png").folder(t)
			outside := greys("9.png").folder(t)
			must(t, os.Symlink(filepath.Join(outside, "9.png"), filepath.Join(dir, "link.png")))
			path := filepath.Join(dir, "table.csv")
			must(t, os.WriteFile(path, []byte(tt.table), 0o644))
			_, _, err := Open(t.Context(), path, OpenConfig{})
			if err == nil || strings.Contains(err.Error(), "\n") || !strings.HasSuffix(err.Error(), ": "+tt.want) {
				t.Errorf("want one line that ends in %q, got %v", tt.want, err)
			}
		})
	}
}

// FuzzPathCSV takes a table whose paths lead nowhere, or says in a line why not.
func FuzzPathCSV(f *testing.F) {
	for _, seed := range []string{"path,label\na.png,1\n", "a.png;b\n", "x,y\n\"a\"\"b.jpg\",2\n", "\ufeffclass\tfile\n1\t2\n", "label,pixel0\n1,2\n", "id,label\n1,a\n2,b\n", "id,breed\n1,a\n", "\x00", "path,label\n../a,b\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, table []byte) {
		p := &pathTable{path: filepath.Join("folder", "table.csv")}
		is, err := p.read(strings.NewReader(string(table)))
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("want one line, got %q", err)
		}
		if !is || err != nil {
			return
		}
		for _, row := range p.rows {
			if !filepath.IsLocal(row.path) || row.label == "" {
				t.Errorf("want a path in the folder and a label, got %q and %q", row.path, row.label)
			}
		}
		if len(p.classes()) == 0 {
			t.Error("want classes")
		}
	})
}
