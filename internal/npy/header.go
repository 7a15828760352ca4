package npy

import (
	"strconv"
	"strings"

	"euryale/internal/scalar"
)

// header is what a file says of its array.
type header struct {
	dtype   scalar.Type
	big     bool // big-endian
	fortran bool // the first index runs fastest
	shape   []int
}

// codes are NumPy's for types, without the byte order before them.
var codes = map[string]scalar.Type{
	"b1": scalar.Bool,
	"u1": scalar.Uint8, "u2": scalar.Uint16, "u4": scalar.Uint32, "u8": scalar.Uint64,
	"i1": scalar.Int8, "i2": scalar.Int16, "i4": scalar.Int32, "i8": scalar.Int64,
	"f2": scalar.Float16, "f4": scalar.Float32, "f8": scalar.Float64,
}

// parser reads the literal of a Python dictionary, as far as headers have it.
type parser struct {
	text string
	at   int
}

// parse reads a header. Its keys may come in any order.
func parse(text string) (header, error) {
	var h header
	p := &parser{text: text}
	seen := map[string]bool{}
	if err := p.expect("{"); err != nil {
		return h, err
	}
	for !p.take("}") {
		key, err := p.quoted("a key in quotes")
		if err == nil && seen[key] {
			err = p.wrong("want each key once, got %.100q again", key)
		}
		if err == nil {
			seen[key] = true
			err = p.expect(":")
		}
		if err == nil {
			err = p.value(&h, key)
		}
		if err == nil && !p.take(",") && p.next() != '}' {
			err = p.wrong("want , or } after the value of %s, got %s", key, p.rest())
		}
		if err != nil {
			return h, err
		}
	}
	if p.next() != 0 {
		return h, p.wrong("want only spaces after the dictionary, got %s", p.rest())
	}
	if len(seen) != 3 { // no other key is let in
		return h, p.wrong("want the keys descr, fortran_order and shape, got %d of them", len(seen))
	}
	return h, nil
}

// value reads the value of a key.
func (p *parser) value(h *header, key string) (err error) {
	switch key {
	case "descr":
		if p.next() == '[' {
			return p.wrong("want an array of numbers, got one of records: save its fields one by one")
		}
		var s string
		if s, err = p.quoted("a type in quotes"); err == nil {
			err = h.describe(s)
		}
	case "fortran_order":
		switch {
		case p.take("True"):
			h.fortran = true
		case !p.take("False"):
			err = p.wrong("want True or False as fortran_order, got %s", p.rest())
		}
	case "shape":
		h.shape, err = p.tuple()
	default:
		err = p.wrong("want the keys descr, fortran_order and shape, got %.100q", key)
	}
	return err
}

// describe takes a type apart: its byte order, its code.
func (h *header) describe(descr string) error {
	if strings.HasSuffix(descr, "O") {
		return wrong("want an array of numbers, got one of Python objects (%.100q), which are pickled: pickles run code and are not read; save it with a type of numbers", descr)
	}
	var order byte
	code := descr
	if descr != "" {
		order, code = descr[0], descr[1:]
	}
	t, ok := codes[code]
	// A byte has no order, and NumPy writes none.
	if !ok || !strings.ContainsRune("<>|", rune(order)) || (order == '|') && t.Size() > 1 {
		return wrong("want bools, integers of 8 to 64 bits or floats of 16 to 64, such as \"<f4\" or \"|u1\", got the type %.100q", descr)
	}
	h.dtype, h.big = t, order == '>' && t.Size() > 1
	return nil
}

// tuple reads whole numbers in parentheses. A single one is followed by a comma.
func (p *parser) tuple() ([]int, error) {
	shape := []int{}
	if err := p.expect("("); err != nil {
		return nil, err
	}
	for !p.take(")") {
		n, err := p.number()
		if err != nil {
			return nil, err
		}
		shape = append(shape, n)
		if !p.take(",") && (len(shape) == 1 || p.next() != ')') {
			return nil, p.wrong("want a comma after a dimension, got %s", p.rest())
		}
	}
	return shape, nil
}

// number reads a whole number from 0; Python 2 wrote an L after long ones.
func (p *parser) number() (int, error) {
	p.next()
	digits := p.text[p.at:]
	if i := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		digits = digits[:i]
	}
	n, err := strconv.ParseUint(digits, 10, strconv.IntSize-1)
	if err != nil {
		return 0, p.wrong("want whole numbers from 0 below 2^%d as dimensions, got %s", strconv.IntSize-1, p.rest())
	}
	p.at += len(digits)
	p.take("L")
	return int(n), nil
}

// quoted reads a string without escapes.
func (p *parser) quoted(want string) (string, error) {
	quote := p.next()
	if quote == '\'' || quote == '"' {
		s, _, ok := strings.Cut(p.text[p.at+1:], string(quote))
		if ok && !strings.ContainsAny(s, "\\\n") {
			p.at += len(s) + 2
			return s, nil
		}
	}
	return "", p.wrong("want %s, got %s", want, p.rest())
}

func (p *parser) expect(s string) error {
	if !p.take(s) {
		return p.wrong("want %s, got %s", s, p.rest())
	}
	return nil
}

// take reads s, if it comes next.
func (p *parser) take(s string) bool {
	p.next()
	ok := strings.HasPrefix(p.text[p.at:], s)
	if ok {
		p.at += len(s)
	}
	return ok
}

// next is the byte that comes next, after white space; 0 at the end.
func (p *parser) next() byte {
	for ; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return max(c, 1) // a NUL is not the end
		}
	}
	return 0
}

// rest is the beginning of what follows, as errors show it.
func (p *parser) rest() string {
	if p.next() == 0 {
		return "the end of the header"
	}
	return strconv.Quote(p.text[p.at:min(len(p.text), p.at+20)])
}

func (p *parser) wrong(format string, args ...any) error {
	return wrong("header, byte "+strconv.Itoa(p.at)+": "+format, args...)
}
