package picture

import (
	"bytes"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/pkg/errors"
	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"
)

// format is a kind of picture file.
type format struct {
	name    string
	magic   string // what its files begin with; a question mark stands for any byte
	examine func(file []byte) *facts
	config  func(io.Reader) (image.Config, error)
	decode  func(io.Reader) (image.Image, error)
}

var formats = []format{
	{"PNG", "\x89PNG\r\n\x1a\n", examinePNG, png.DecodeConfig, png.Decode},
	{"JPEG", "\xff\xd8", examineJPEG, jpeg.DecodeConfig, decodeJPEG},
	{"GIF", "GIF8?a", examineGIF, gif.DecodeConfig, decodeGIF},
	{"WebP", "RIFF????WEBP", examineWebP, webp.DecodeConfig, decodeWebP},
	{"BMP", "BM????\x00\x00\x00\x00", plain, bmp.DecodeConfig, bmp.Decode},
	{"TIFF", "II*\x00", examineTIFF, tiff.DecodeConfig, tiff.Decode},
	{"TIFF", "MM\x00*", examineTIFF, tiff.DecodeConfig, tiff.Decode},
}

// strangers are files that a user may well take for a picture that can be read.
var strangers = []struct{ name, magic string }{
	{"a HEIC or AVIF picture", "????ftyp"},
	{"a JPEG XL picture", "\xff\x0a"},
	{"a JPEG XL picture", "\x00\x00\x00\x0cJXL "},
	{"a JPEG 2000 picture", "\x00\x00\x00\x0cjP  "},
	{"a Photoshop picture", "8BPS"},
	{"a PDF file", "%PDF"},
	{"an SVG drawing", "<svg"},
	{"an XML file, such as an SVG drawing", "<?xml"},
}

// Formats is what Read reads, in words.
const Formats = "PNG, JPEG, GIF, WebP, BMP or TIFF"

// sniff finds the format of a file by its first bytes.
func sniff(head []byte) (format, error) {
	if len(head) == 0 {
		return format{}, errors.Errorf("want a %s picture, got an empty file", Formats)
	}
	for _, f := range formats {
		if begins(head, f.magic) {
			return f, nil
		}
	}
	for _, s := range strangers {
		if begins(head, s.magic) {
			return format{}, errors.Errorf("want a %s picture, got %s: save it as PNG elsewhere first", Formats, s.name)
		}
	}
	return format{}, errors.Errorf("want a %s picture, got something else", Formats)
}

func begins(head []byte, magic string) bool {
	if len(head) < len(magic) {
		return false
	}
	for i := range len(magic) {
		if magic[i] != '?' && magic[i] != head[i] {
			return false
		}
	}
	return true
}

// plain knows nothing of a file.
func plain(file []byte) *facts { return &facts{file: file} }

// inWords is a decoder's error in words of which one can make something.
func (f format) inWords(err error, what *facts) error {
	var large tooLarge
	if errors.As(err, &large) {
		return large.error
	}
	const elsewhere = ": save it as PNG elsewhere first"
	switch {
	case what.odd != "":
		return errors.Errorf("the %s file seems sound, but %s, which cannot be read here%s", f.name, what.odd, elsewhere)
	case what.damage != "":
		return errors.Errorf("the %s file is damaged: %s", f.name, what.damage)
	case what.short || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return errors.Errorf("the %s file is cut short: pixels are missing", f.name)
	case isUnsupported(err):
		return errors.Errorf("the %s file seems sound, but is of a kind that cannot be read here (%s)%s", f.name, bare(err), elsewhere)
	}
	return errors.Errorf("the %s file is damaged (%s)", f.name, bare(err))
}

// isUnsupported reports whether a decoder knows what it was given, but does not
// read it.
func isUnsupported(err error) bool {
	var j jpeg.UnsupportedError
	var p png.UnsupportedError
	var t tiff.UnsupportedError
	return errors.As(err, &j) || errors.As(err, &p) || errors.As(err, &t) || errors.Is(err, bmp.ErrUnsupported)
}

// bare is an error without the words that repeat what is said already.
func bare(err error) string {
	text := []byte(err.Error())
	for _, prefix := range []string{
		"png: ", "gif: ", "webp: ", "bmp: ", "tiff: ", "vp8: ", "vp8l: ", "invalid format: ", "invalid JPEG format: ",
		"unsupported JPEG feature: ", "unsupported feature: ",
	} {
		text = bytes.TrimPrefix(text, []byte(prefix))
	}
	return string(text)
}
