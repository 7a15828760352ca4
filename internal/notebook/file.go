package notebook

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pkg/errors"
)

// Notebook is an .ipynb file of nbformat 4.
type Notebook struct {
	Name   string // base name of the file
	Folder string // of the file, where models that cells read lie; "" of none
	Kernel string // name of the kernelspec
	Size   int    // of the file, in bytes
	Cells  []Cell
}

// Cell is one cell of a notebook.
type Cell struct {
	Type    string // code, markdown or raw
	Number  int    // among the code cells, from 1; 0 for other cells
	Source  string
	Tags    []string
	Count   int // execution count; 0 if it was not run
	Outputs []Output
}

// Output is one output of a code cell, as saved.
type Output struct {
	Type   string            // stream, display_data, execute_result or error
	Stream string            // stdout or stderr, of a stream
	Text   string            // of a stream; of an error its name and value
	Data   map[string]string // by MIME type; pictures in base64
}

// Read reads the notebook at path. Errors name the file.
func Read(path string) (*Notebook, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, errors.WithStack(err)
	}
	n, err := Parse(filepath.Base(path), data)
	if err != nil {
		return nil, err
	}
	n.Folder = filepath.Dir(path)
	return n, nil
}

// Parse reads a notebook from the contents of a file of that base name. Errors
// name the file and, where it is one code cell's, the cell.
func Parse(name string, data []byte) (*Notebook, error) {
	var file struct {
		Format   int `json:"nbformat"`
		Metadata struct {
			Kernel struct{ Name string } `json:"kernelspec"`
		}
		Cells []struct {
			Type     string `json:"cell_type"`
			Source   text
			Metadata struct{ Tags []string }
			Count    int `json:"execution_count"`
			Outputs  []struct {
				Type  string `json:"output_type"`
				Name  string // of a stream
				Text  text
				Ename string // of an error
				Value string `json:"evalue"`
				Data  map[string]json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, errors.Wrap(err, name)
	}
	if file.Format != 4 {
		return nil, errors.Errorf("%s: want nbformat 4, got %d", name, file.Format)
	}
	n := &Notebook{Name: name, Kernel: file.Metadata.Kernel.Name, Size: len(data)}
	number := 0
	for _, c := range file.Cells {
		cell := Cell{Type: c.Type, Source: string(c.Source), Tags: c.Metadata.Tags, Count: c.Count}
		if c.Type == "code" {
			number++
			cell.Number = number
		}
		for _, o := range c.Outputs {
			out := Output{Type: o.Type, Stream: o.Name, Text: string(o.Text), Data: map[string]string{}}
			if o.Type == "error" {
				out.Text = o.Ename + ": " + o.Value
			}
			for mime, raw := range o.Data {
				var t text
				if err := json.Unmarshal(raw, &t); err != nil {
					t = text(raw) // JSON output: as it stands
				}
				out.Data[mime] = string(t)
			}
			cell.Outputs = append(cell.Outputs, out)
		}
		n.Cells = append(n.Cells, cell)
	}
	return n, nil
}

// text is nbformat's multiline string: one string, or a list of lines that keep
// their ends.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var lines []string
	if err := json.Unmarshal(data, &lines); err == nil {
		*t = text(strings.Join(lines, ""))
		return nil
	}
	var whole string
	if err := json.Unmarshal(data, &whole); err != nil {
		return errors.New("want a string or a list of strings")
	}
	*t = text(whole)
	return nil
}

// code returns the code cells.
func (n *Notebook) code() []*Cell {
	var cells []*Cell
	for i := range n.Cells {
		if n.Cells[i].Number > 0 {
			cells = append(cells, &n.Cells[i])
		}
	}
	return cells
}

func (c *Cell) tagged(tag string) bool { return slices.Contains(c.Tags, tag) }

func (n *Notebook) problem(cell *Cell, line int, text string) Problem {
	return Problem{Notebook: n.Name, Cell: cell.Number, Line: line, Text: text}
}
