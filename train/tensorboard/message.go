package tensorboard

import (
	"bytes"
	"image"
	"image/png"
	"math"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// message is a protobuf message being written, field by field.
type message []byte

func (m message) double(field protowire.Number, v float64) message {
	return protowire.AppendFixed64(protowire.AppendTag(m, field, protowire.Fixed64Type), math.Float64bits(v))
}

func (m message) float(field protowire.Number, v float32) message {
	return protowire.AppendFixed32(protowire.AppendTag(m, field, protowire.Fixed32Type), math.Float32bits(v))
}

func (m message) int(field protowire.Number, v int) message {
	return protowire.AppendVarint(protowire.AppendTag(m, field, protowire.VarintType), uint64(v))
}

// bytes is a field of a string, bytes or another message.
func (m message) bytes(field protowire.Number, v []byte) message {
	return protowire.AppendBytes(protowire.AppendTag(m, field, protowire.BytesType), v)
}

// doubles is a packed field.
func (m message) doubles(field protowire.Number, v []float64) message {
	var packed []byte
	for _, x := range v {
		packed = protowire.AppendFixed64(packed, math.Float64bits(x))
	}
	return m.bytes(field, packed)
}

// Fields of the messages, by their names in event.proto and summary.proto.
const (
	eventWallTime, eventStep, eventFileVersion, eventSummary = 1, 2, 3, 5

	summaryValue = 1

	valueTag, valueSimple, valueImage, valueHisto = 1, 2, 4, 5

	imageHeight, imageWidth, imageColorspace, imageEncoded = 1, 2, 3, 4

	histoMin, histoMax, histoNum, histoSum, histoSumSquares, histoBucketLimit, histoBucket = 1, 2, 3, 4, 5, 6, 7
)

// event is the head of an Event; its time is in seconds since 1970.
func event(at time.Time, step int) message {
	return message{}.double(eventWallTime, float64(at.UnixMicro())/1e6).int(eventStep, step)
}

// version is the Event that each file begins with.
func version(at time.Time) message {
	return event(at, 0).bytes(eventFileVersion, []byte("brain.Event:2"))
}

// value is a Summary's value of a tag: add to it what it is.
func value(tag string) message { return message{}.bytes(valueTag, []byte(tag)) }

// histo is h as a HistogramProto.
func histo(h histogram) message {
	return message{}.
		double(histoMin, h.min).double(histoMax, h.max).double(histoNum, h.num).
		double(histoSum, h.sum).double(histoSumSquares, h.sumSquares).
		doubles(histoBucketLimit, h.limits).doubles(histoBucket, h.counts)
}

// picture is an image as a Summary.Image, a PNG.
func picture(img image.Image) (message, error) {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, err
	}
	size := img.Bounds().Size()
	return message{}.int(imageHeight, size.Y).int(imageWidth, size.X).
		int(imageColorspace, colourspace(img)).bytes(imageEncoded, b.Bytes()), nil
}

// colourspace is the number of channels: grey, RGB or RGBA.
func colourspace(img image.Image) int {
	switch i := img.(type) {
	case *image.Gray, *image.Gray16:
		return 1
	case interface{ Opaque() bool }:
		if i.Opaque() {
			return 3
		}
	}
	return 4
}
