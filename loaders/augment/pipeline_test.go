package augment

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// all is every transform, with borders here and there.
const all = "shift=2,rotate=10:edge,zoom=0.1,shear=5,perspective=0.2:reflect,flip,flipvertical,crop=4:reflect," +
	"brightness=0.2,contrast=0.2,saturation=0.2,hue=0.05,blur=1,noise=0.02,cutout=8,randaugment=2:9,mixup=0.2,cutmix=1"

func TestParsePrintsBack(t *testing.T) {
	for _, text := range []string{
		"none", "crop=4,flip", "randaugment=1:0", "shift=0.5:edge", "hue=1e-05", all,
	} {
		p, err := Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if p.String() != text {
			t.Errorf("%s prints as %s", text, p)
		}
	}
	p, err := Parse(all)
	if err != nil || len(p) != len(kinds) {
		t.Errorf("%d transforms of %d (%v)", len(p), len(kinds), err)
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		text string
		want Pipeline
	}{
		{"", nil},
		{" none ", nil},
		{" crop = 4 : reflect , flip", Pipeline{Crop{Pad: 4, Border: Reflect}, Flip{}}},
		{"rotate=10:black", Pipeline{Rotate{Degrees: 10}}},
		{"randaugment=3:7,cutout=8", Pipeline{RandAugment{N: 3, Magnitude: 7}, Cutout{Side: 8}}},
		{"mixup=0.2,cutmix=1", Pipeline{Mixup{Alpha: 0.2}, CutMix{Alpha: 1}}},
	} {
		got, err := Parse(c.text)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%q: %v (-want +got):\n%s", c.text, err, diff)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"rotat=10":                  `augment: want a transform, such as crop=4, got "rotat=10": did you mean rotate?`,
		"Flip":                      `augment: want a transform, such as crop=4, got "Flip": did you mean flip?`,
		"rand=2:9":                  `augment: want a transform, such as crop=4, got "rand=2:9": did you mean randaugment?`,
		"xyzzy":                     `augment: want a transform, such as crop=4, got "xyzzy": there are shift, rotate, zoom, shear, perspective, flip, flipvertical, crop, brightness, contrast, saturation, hue, blur, noise, cutout, mixup, cutmix, randaugment`,
		"flip,":                     `augment: want a transform, such as crop=4, got "": there are `,
		"rotate":                    `augment: rotate: want degrees, as in rotate=10, got none`,
		"rotate=ten":                `augment: rotate=ten: want degrees, as in rotate=10, got "ten"`,
		"rotate=200":                `augment: rotate=200: want degrees above 0 and at most 180, got 200`,
		"rotate=NaN":                `augment: rotate=NaN: want degrees above 0 and at most 180, got NaN`,
		"shift=Inf":                 `augment: shift=+Inf: want pixels above 0`,
		"zoom=-0.1":                 `augment: zoom=-0.1: want a share above 0 and at most 0.9, got -0.1`,
		"flip=2":                    `augment: flip=2: want no value, as in flip, got "2"`,
		"crop=1.5":                  `augment: crop=1.5: want whole pixels, as in crop=4, got "1.5"`,
		"crop=0":                    `augment: crop=0: want at least 1 pixel, got 0`,
		"crop=4:reflekt":            `augment: crop=4:reflekt: want a border of black, edge, reflect, got "reflekt": did you mean reflect?`,
		"blur=1:edge":               `augment: blur=1:edge: want pixels, as in blur=1, got "1:edge"`,
		"blur=30":                   `augment: blur=30: want a deviation above 0 and at most 20 pixels, got 30`,
		"hue=0.6":                   `augment: hue=0.6: want a share above 0 and at most 0.5 of the colour circle, got 0.6`,
		"brightness=1.1":            `at most 1, got 1.1`,
		"contrast=0":                `augment: contrast=0: want a share above 0`,
		"saturation=2":              `augment: saturation=2: want a share`,
		"noise=2":                   `augment: noise=2: want a deviation`,
		"cutout=0":                  `augment: cutout=0: want at least 1 pixel, got 0`,
		"cutout=9999999999":         `augment: cutout=9999999999: want whole pixels, as in cutout=8, got "9999999999"`,
		"perspective=0.7":           `augment: perspective=0.7: want a share above 0 and at most 0.6, got 0.7`,
		"shear=85":                  `augment: shear=85: want degrees above 0 and at most 80, got 85`,
		"mixup=0":                   `augment: mixup=0: want an alpha above 0 and at most 100, got 0`,
		"randaugment=2":             `augment: randaugment=2: want whole numbers, of operations and their magnitude, as in randaugment=2:9, got "2"`,
		"randaugment=2:31":          `augment: randaugment=2:31: want a magnitude, the second number, from 0 to 30, got 31`,
		"randaugment=0:9":           `augment: randaugment=0:9: want 1 to 20 operations, got 0`,
		"flip,crop=4,flip":          `augment: flip: want each transform once, got flip before it`,
		"mixup=0.2,flip":            `augment: flip: want what mixes samples last, got mixup=0.2 before it`,
		"crop=4,none":               `augment: want a transform, such as crop=4, got "none"`,
		"rotate=1,rotate=2:reflect": `augment: rotate=2:reflect: want each transform once, got rotate=1 before it`,
	} {
		_, err := Parse(text)
		if err == nil || !strings.HasPrefix(err.Error(), want) && !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: want error %q, got %v", text, want, err)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: want one line, got %q", text, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"none", "", all, "crop=4:edge,flip", "rotate=1e3", "randaugment=2:9:1", "shift==,=:", "blur=0x1p-3"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(p.String())
		if err != nil {
			t.Fatalf("%q: %v of what it prints as, %q", text, err, p)
		}
		if diff := cmp.Diff(p, again); diff != "" {
			t.Fatalf("%q, %q (-want +got):\n%s", text, p, diff)
		}
	})
}
