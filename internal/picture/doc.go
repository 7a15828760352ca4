// Package picture reads pictures from files, and writes PNG files:
//
//	p, err := picture.Read(ctx, file)
//	…
//	err = picture.WritePNG(w, p.Image, p.Colour)
//
// A picture is read as viewers show it: upright, and whole although a checksum
// of what is not pixels is wrong or the last bytes are missing. It keeps its
// kind, grey or in colour, with or without transparency, of 8 or 16 bits, and
// what its file says of its colours, which WritePNG passes on. The colours of a JPEG
// file are those that libjpeg-turbo makes, but for 1 to 3 of 255 that decoders differ
// by.
package picture
