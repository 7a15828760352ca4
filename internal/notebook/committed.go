package notebook

import (
	"fmt"
	"regexp"
	"sort"
	"strings"
)

// maxSize is how large a committed notebook may be, in bytes.
const maxSize = 400_000

var (
	// localPath finds absolute paths of the machine a notebook was run on.
	localPath = regexp.MustCompile(`(?:^|[^\w.:/~-])(/(?:root|home|tmp|work|Users|private|var)/[\w.-]+)`)
	// address finds what %p or a pointer prints, another one in each run.
	address = regexp.MustCompile(`\b0x[0-9a-f]{8,16}\b`)
)

// Committed checks the notebook as it is to be committed: run from top to
// bottom without error, each cell with something to see, small, and with nothing
// of the machine that ran it. kernel is the name of the kernelspec it is to have.
// The error is Problems.
func (n *Notebook) Committed(kernel string) error {
	var problems Problems
	whole := func(format string, args ...any) {
		problems = append(problems, Problem{Notebook: n.Name, Text: fmt.Sprintf(format, args...)})
	}
	if n.Size > maxSize {
		whole("%d bytes, want at most %d: smaller pictures, or fewer", n.Size, maxSize)
	}
	if n.Kernel != kernel {
		whole("kernelspec %q, want %q", n.Kernel, kernel)
	}
	if len(n.code()) == 0 {
		whole("no code cell")
	}
	for i := range n.Cells {
		c := &n.Cells[i]
		if path := localPath.FindStringSubmatch(c.Source); path != nil {
			problems = append(problems, n.problem(c, 0, fmt.Sprintf("%s in the source: a path of one machine", path[1])))
		}
		if c.Number > 0 {
			problems = append(problems, n.committed(c)...)
		}
	}
	return problems.err()
}

func (n *Notebook) committed(c *Cell) (problems Problems) {
	tell := func(format string, args ...any) {
		problems = append(problems, n.problem(c, 0, fmt.Sprintf(format, args...)))
	}
	switch {
	case c.Count == 0:
		tell("not run: run all cells and save")
		return problems
	case c.Count != c.Number:
		tell("run as %d, want %d: restart the kernel and run all cells in order", c.Count, c.Number)
	}
	if len(c.Outputs) == 0 && !n.silent(c) {
		tell("shows nothing: end with a value, print, or join it with another cell")
	}
	for _, o := range c.Outputs {
		switch {
		case o.Type == "error":
			tell("ended with error %s", o.Text)
		case o.Type == "stream" && o.Stream == "stderr":
			tell("wrote to standard error: %s", head(o.Text))
		}
		for _, text := range o.texts() {
			if strings.Contains(text, "\r") {
				tell("a carriage return in the output: %s: want progress saved as one line an epoch", head(text))
			}
			if path := localPath.FindStringSubmatch(text); path != nil {
				tell("%s in the output: a path of one machine", path[1])
			}
			if a := address.FindString(text); a != "" {
				tell("%s in the output: an address, which is another one in each run", a)
			}
		}
	}
	return problems
}

// silent reports whether a cell has nothing to show: it imports, declares types
// and functions, or is the one of parameters.
func (n *Notebook) silent(c *Cell) bool {
	if c.tagged(parametersTag) {
		return true
	}
	parts, problems := n.split(c)
	for _, p := range parts {
		if p.kind == statement {
			return false
		}
	}
	return problems == nil
}

// texts returns what an output has of text, in order of MIME types.
func (o *Output) texts() []string {
	texts := []string{o.Text}
	var mimes []string
	for mime := range o.Data {
		if !strings.HasPrefix(mime, "image/") || mime == "image/svg+xml" {
			mimes = append(mimes, mime)
		}
	}
	sort.Strings(mimes)
	for _, mime := range mimes {
		texts = append(texts, embedded.ReplaceAllString(o.Data[mime], "data:"))
	}
	return texts
}

// embedded finds a file in base64 in a page or a picture, whose letters may
// look like anything.
var embedded = regexp.MustCompile(`data:[\w/+.-]+;base64,[\w+/=]+`)

// head returns the beginning of the first line.
func head(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	if len(s) > 80 {
		s = s[:80] + "…"
	}
	return fmt.Sprintf("%q", s)
}
