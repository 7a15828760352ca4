package page

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"
	"unicode/utf8"

	"github.com/pkg/errors"

	"euryale/train/internal/caption"
)

var (
	//go:embed page.gohtml
	markup string
	//go:embed page.css
	style string
)

var layout = template.Must(template.New("page").Funcs(template.FuncMap{"count": caption.Count, "short": short}).Parse(markup))

// Write writes the page of r to w: the whole page, or nothing when it cannot be
// made. Same r, same page. What in r's text is not valid UTF-8, such as the
// name of a folder may be, comes out as U+FFFD.
func Write(w io.Writer, r *Run) error {
	if err := check(w, r); err != nil {
		return err
	}
	v, err := newView(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := layout.Execute(&b, v); err != nil {
		return errors.Wrap(err, "page")
	}
	_, err = w.Write(bytes.ToValidUTF8(b.Bytes(), []byte("\uFFFD")))
	return errors.Wrap(err, "page")
}

// check reports what a page cannot be without.
func check(w io.Writer, r *Run) error {
	missing := ""
	switch {
	case w == nil:
		missing = "a writer"
	case r == nil:
		missing = "a Run"
	case r.Training == nil:
		missing = "Run.Training"
	case r.Test == nil:
		missing = "Run.Test"
	case r.Network == nil:
		missing = "Run.Network"
	default:
		return nil
	}
	return errors.Errorf("page: want %s, got nil", missing)
}

// short reports whether s, of at most so many characters, is to stay in one
// line, whereas what is longer may be broken anywhere, as the name of a folder
// must be.
func short(most int, s string) bool { return utf8.RuneCountInString(s) <= most }
