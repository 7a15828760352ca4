package safetensors

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

const metadataKey = "__metadata__"

// entry is what a header says of a tensor.
type entry struct {
	name       string
	dtype      Dtype
	shape      []int
	begin, end int // of its bytes, after the header
}

// parser reads a header token by token: json.Unmarshal would take the last of two
// equal keys, and field names in any case.
type parser struct {
	header []byte
	json   *json.Decoder
	tensor string // the one whose entry is being read
}

// parse reads a header. What it says of places and sizes is not looked at yet.
func parse(header []byte) (map[string]string, []entry, error) {
	if !utf8.Valid(header) {
		return nil, nil, wrong("", "header: want UTF-8, got other bytes")
	}
	if !bytes.HasPrefix(header, []byte("{")) {
		return nil, nil, wrong("", "header: want { as its first byte, got %.1q", header)
	}
	p := &parser{header: header, json: json.NewDecoder(bytes.NewReader(header))}
	p.json.UseNumber()
	var metadata map[string]string
	var entries []entry
	err := p.object("the header", func(key string) (err error) {
		if key == metadataKey {
			metadata, err = p.metadata()
			return err
		}
		p.tensor = key
		e, err := p.entry()
		p.tensor = ""
		entries = append(entries, e)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	if _, err := p.json.Token(); err != io.EOF {
		return nil, nil, p.wrong("want only white space after the JSON object, got more")
	}
	return metadata, entries, nil
}

func (p *parser) metadata() (map[string]string, error) {
	var m map[string]string
	err := p.object(metadataKey, func(key string) (err error) {
		if m == nil {
			m = map[string]string{}
		}
		m[key], err = p.text(fmt.Sprintf("a string as %.100q of %s", key, metadataKey))
		return err
	})
	return m, err
}

func (p *parser) entry() (entry, error) {
	e := entry{name: p.tensor}
	fields := 0
	err := p.object("its entry", func(key string) (err error) {
		fields++
		switch key {
		case "dtype":
			e.dtype, err = p.dtype()
		case "shape":
			e.shape, err = p.integers(key)
		case "data_offsets":
			e.begin, e.end, err = p.offsets()
		default:
			err = p.wrong("want the fields dtype, shape and data_offsets, got %.100q", key)
		}
		return err
	})
	if err == nil && fields < 3 { // no other is let in, nor one twice
		err = p.wrong("want the fields dtype, shape and data_offsets, got %d of them", fields)
	}
	return e, err
}

func (p *parser) dtype() (Dtype, error) {
	s, err := p.text("a string as its dtype")
	if err != nil {
		return "", err
	}
	if _, ok := find(Dtype(s)); !ok {
		return "", p.wrong("want a dtype of %s, got %.100q", names(), s)
	}
	return Dtype(s), nil
}

func (p *parser) offsets() (begin, end int, err error) {
	o, err := p.integers("data_offsets")
	if err == nil && len(o) != 2 {
		err = p.wrong("data_offsets: want 2 numbers, got %d", len(o))
	}
	if err != nil {
		return 0, 0, err
	}
	return o[0], o[1], nil
}

// object reads an object, giving each key to field, which reads the value.
func (p *parser) object(what string, field func(key string) error) error {
	if err := p.delim('{', "an object as "+what); err != nil {
		return err
	}
	seen := map[string]bool{}
	for p.json.More() {
		key, err := p.text("a key of " + what)
		if err != nil {
			return err
		}
		if seen[key] {
			return p.wrong("%s: want each key once, got %.100q again", what, key)
		}
		seen[key] = true
		if err := field(key); err != nil {
			return err
		}
	}
	return p.delim('}', "} after "+what)
}

// integers reads an array of whole numbers from 0.
func (p *parser) integers(what string) ([]int, error) {
	if err := p.delim('[', "an array as "+what); err != nil {
		return nil, err
	}
	list := []int{}
	for p.json.More() {
		t, err := p.token("a number of " + what)
		if err != nil {
			return nil, err
		}
		number, ok := t.(json.Number)
		// One bit less than an int has: none is negative.
		n, err := strconv.ParseUint(number.String(), 10, strconv.IntSize-1)
		if !ok || err != nil {
			return nil, p.wrong("%s: want whole numbers from 0 below 2^%d, got %s", what, strconv.IntSize-1, shown(t))
		}
		list = append(list, int(n))
	}
	return list, p.delim(']', "] after "+what)
}

// text reads a string. In one with half a surrogate pair, json puts another
// character.
func (p *parser) text(want string) (string, error) {
	from := p.json.InputOffset()
	t, err := p.token(want)
	if err != nil {
		return "", err
	}
	s, ok := t.(string)
	if !ok {
		return "", p.wrong("want %s, got %s", want, shown(t))
	}
	if halved(p.header[from:p.json.InputOffset()]) {
		return "", p.wrong("want %s, got one with half a surrogate pair", want)
	}
	return s, nil
}

func (p *parser) delim(d json.Delim, want string) error {
	t, err := p.token(want)
	if err == nil && t != d {
		err = p.wrong("want %s, got %s", want, shown(t))
	}
	return err
}

func (p *parser) token(want string) (json.Token, error) {
	t, err := p.json.Token()
	switch {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return nil, p.wrong("want %s, got the end of the header", want)
	case err != nil:
		return nil, p.wrong("want %s, got no JSON: %v", want, err)
	}
	return t, nil
}

// wrong is an error at the place that has been read to.
func (p *parser) wrong(format string, args ...any) error {
	return wrong(p.tensor, "header, byte "+strconv.FormatInt(p.json.InputOffset(), 10)+": "+format, args...)
}

// shown is a token as errors show it.
func shown(t json.Token) string {
	switch t := t.(type) {
	case string:
		return fmt.Sprintf("%.100q", t)
	case nil:
		return "null"
	}
	return brief(t)
}

// halved reports whether a JSON string, which may have more before it, holds an
// escaped surrogate without its other half.
func halved(raw []byte) bool {
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		i++
		u := escaped(raw[i:])
		if !utf16.IsSurrogate(u) {
			continue
		}
		if i+5 >= len(raw) || raw[i+5] != '\\' || utf16.DecodeRune(u, escaped(raw[i+6:])) == utf8.RuneError {
			return true
		}
		i += 10 // to the last digit of the second
	}
	return false
}

// escaped is the code after a backslash, u and four hexadecimal digits; 0 where
// there is none.
func escaped(b []byte) rune {
	if len(b) < 5 || b[0] != 'u' {
		return 0
	}
	n, err := strconv.ParseUint(string(b[1:5]), 16, 16)
	if err != nil {
		return 0
	}
	return rune(n)
}
