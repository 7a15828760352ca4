package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// object is one of JSON.
type object = map[string]any

// steady is a notebook without what differs between two runs, or two Jupyters,
// that show the same: times, versions, and how a stream was cut into messages. It
// is laid out as Jupyter does.
func steady(text []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var n object
	if err := d.Decode(&n); err != nil {
		return nil, fmt.Errorf("want a notebook: %w", err)
	}
	metadata, _ := n["metadata"].(object)
	n["metadata"] = object{
		"kernelspec":    only(metadata["kernelspec"], "display_name", "language", "name"),
		"language_info": only(metadata["language_info"], "file_extension", "mimetype", "name"),
	}
	cells, _ := n["cells"].([]any)
	for _, c := range cells {
		cell, _ := c.(object)
		if m, ok := cell["metadata"].(object); ok {
			delete(m, "execution") // when it ran
		}
		if outputs, ok := cell["outputs"].([]any); ok {
			cell["outputs"] = joined(outputs)
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(n)
	return b.Bytes(), err
}

// only is what v has under these names.
func only(v any, names ...string) object {
	o, _ := v.(object)
	kept := object{}
	for _, name := range names {
		if value, ok := o[name]; ok {
			kept[name] = value
		}
	}
	return kept
}

// joined is outputs with those of a stream that follow one another made one.
func joined(outputs []any) []any {
	all := []any{}
	for _, v := range outputs {
		output, _ := v.(object)
		if output["output_type"] != "stream" {
			all = append(all, v)
			continue
		}
		text := plain(output["text"])
		if len(all) > 0 {
			if last := all[len(all)-1].(object); last["output_type"] == "stream" && last["name"] == output["name"] {
				last["text"] = lines(strings.Join(last["text"].([]string), "") + text)
				continue
			}
		}
		output["text"] = lines(text)
		all = append(all, output)
	}
	return all
}

// plain is a text that may be in lines.
func plain(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	parts, _ := v.([]any)
	var b strings.Builder
	for _, part := range parts {
		s, _ := part.(string)
		b.WriteString(s)
	}
	return b.String()
}

// lines is a text as notebooks keep it: each line with its end.
func lines(text string) []string {
	all := strings.SplitAfter(text, "\n")
	if all[len(all)-1] == "" {
		all = all[:len(all)-1]
	}
	return all
}
