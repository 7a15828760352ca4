package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"euryale/graph"
)

// fact is something that a file says of its network, besides layers and weights.
type fact struct{ name, text string }

// factsOf are what a file says: of each kind one fact, or one for each name.
func factsOf(m *model) []fact {
	var all []fact
	add := func(name, text string) {
		if text != "" {
			all = append(all, fact{name, text})
		}
	}
	metadata := m.metadata
	if m.net != nil {
		d := m.net.Details()
		metadata = d.Metadata
		add("classes", strings.Join(d.Classes, ", "))
		add("input", scalingText(d.Input))
		if steps := m.net.Steps(); steps > 0 {
			add("steps", strconv.FormatUint(steps, 10))
		}
		add("settings", compact(d.Settings))
		for _, name := range sortedKeys(d.Figures) {
			add(name, strconv.FormatFloat(d.Figures[name], 'g', -1, 64))
		}
	}
	for _, name := range sortedKeys(metadata) {
		add("metadata "+name, metadata[name])
	}
	return all
}

// String is the fact in a line, control characters as Go writes them.
func (f fact) String() string { return printable(f.name) + ": " + printable(f.text) }

// printable is a file's text as a terminal may have it.
func printable(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsGraphic(r) || r == unicode.ReplacementChar }) {
		return strconv.QuoteToGraphic(text)
	}
	return text
}

// scalingText is what becomes of a pixel's value v, or "" if nothing is said of it.
func scalingText(s graph.Scaling) string {
	if s.Most == 0 && len(s.Mean) == 0 && len(s.Deviation) == 0 {
		return ""
	}
	most := s.Most
	if most == 0 {
		most = 255
	}
	text := fmt.Sprintf("v/%v", most)
	if len(s.Mean) > 0 {
		text = fmt.Sprintf("(%s - %s)", text, numbersText(s.Mean))
	}
	if len(s.Deviation) > 0 {
		text += "/" + numbersText(s.Deviation)
	}
	return text
}

// numbersText is a number, or those of the channels.
func numbersText(x []float64) string {
	if len(x) == 1 {
		return fmt.Sprint(x[0])
	}
	return strings.ReplaceAll(fmt.Sprint(x), " ", ", ")
}

// compact is JSON in one line.
func compact(text json.RawMessage) string {
	var b bytes.Buffer
	if len(text) == 0 || json.Compact(&b, text) != nil {
		return ""
	}
	return b.String()
}
