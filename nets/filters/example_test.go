package filters_test

import (
	"context"
	"fmt"
	"image"
	"log"

	"euryale/nets/filters"
)

func Example() {
	ctx := context.Background()
	lines, err := filters.Find("vertical-lines")
	if err != nil {
		log.Fatal(err)
	}
	filtered, err := lines.Apply(ctx, filters.Scene(), filters.Wrap)
	if err != nil {
		log.Fatal(err)
	}
	pooled, err := filters.Pool{Size: 2}.Apply(ctx, filtered)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(lines)
	fmt.Println(filtered.Bounds().Size(), pooled.Bounds().Size())
	// Output:
	// vertical-lines: 3×3, factor 1, bias 0
	// (512,512) (256,256)
}

// The lesson's worked pixel.
func ExampleFilter_Explain() {
	matrix, err := filters.ParseMatrix("-1 0 -2; .5 4.5 -1.5; 1.5 2 -3")
	if err != nil {
		log.Fatal(err)
	}
	picture := image.NewGray(image.Rect(0, 0, 3, 3))
	copy(picture.Pix, []uint8{0, 64, 128, 48, 192, 144, 42, 226, 168})
	channels, err := filters.Filter{Name: "lesson", Matrix: matrix}.Explain(picture, 1, 1, filters.Valid)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(channels[0])
	// Output:
	// grey
	//   neighbourhood    filter            products
	//     0  64 128        -1    0   -2       0    0 -256
	//    48 192 144       0.5  4.5 -1.5      24  864 -216
	//    42 226 168       1.5    2   -3      63  452 -504
	//   sum     0 - 256 + 24 + 864 - 216 + 63 + 452 - 504 = 427
	//   factor  427 · 1 = 427
	//   bias    427 + 0 = 427
	//   clamp   427 to 0…255 = 255
}
