package notebook_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"euryale/internal/notebook"
)

// Each case spoils the good notebook in one place.
func TestCommitted(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "good.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, old, new, want string }{
		{"good", "", "", ""},
		{"large", `"# A small network`, `"# A small network` + strings.Repeat("!", 400_000), "good.ipynb: 40"},
		{"other kernel", `"name": "euryale"`, `"name": "gophernotes"`, `good.ipynb: kernelspec "gophernotes", want "euryale"`},
		{"not run", "\"execution_count\": 4,\n   \"id\"", "\"execution_count\": null,\n   \"id\"", "good.ipynb[cell 4]: not run"},
		{"run out of order", "\"execution_count\": 4,\n   \"id\"", "\"execution_count\": 9,\n   \"id\"", "good.ipynb[cell 4]: run as 9, want 4"},
		{"nothing shown", "\"outputs\": [\n    {\n     \"name\": \"stdout\",\n     \"output_type\": \"stream\",\n     \"text\": [\n      \"1000 samples, 100 to measure with\\n\"\n     ]\n    }\n   ]", `"outputs": []`, "good.ipynb[cell 3]: shows nothing"},
		{"standard error", `"name": "stdout"`, `"name": "stderr"`, `good.ipynb[cell 3]: wrote to standard error: "1000 samples, 100 to measure with"`},
		{"error", `"output_type": "stream",`, `"output_type": "error", "ename": "ERROR", "evalue": "boom",`, "good.ipynb[cell 3]: ended with error ERROR: boom"},
		{"path in a source", `"epochs, samples := 3, 1000"`, `"epochs, samples := 3, 1000 // see /home/me/data"`, "good.ipynb[cell 2]: /home/me in the source"},
		{"path in a text", `"# A small network`, `"# See /work/shared`, "good.ipynb: /work/shared in the source"},
		{"path in an output", `"1000 samples,`, `"in /tmp/x1: 1000 samples,`, "good.ipynb[cell 3]: /tmp/x1 in the output"},
		{"no path", `"1000 samples,`, `"https://a.org/home/x, euryale/tmp/b, ~/work/c: 1000 samples,`, ""},
		{"carriage return", `"1000 samples,`, `"one\rtwo`, `good.ipynb[cell 3]: a carriage return in the output`},
		{"address", `"1000 samples,`, `"&{0xc000123456}`, `good.ipynb[cell 3]: 0xc000123456 in the output: an address`},
		{"picture", `"text/plain": [`, `"image/png": "/tmp/AAAA", "text/plain": [`, ""},
		{"page", `"text/plain": [`, `"text/html": ["<img src='data:image/png;base64,/tmp/AAAA'>"], "text/plain": [`, ""},
		{"path in a page", `"text/plain": [`, `"text/html": ["<b>/tmp/AAAA</b>"], "text/plain": [`, "good.ipynb[cell 6]: /tmp/AAAA in the output"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !bytes.Contains(data, []byte(test.old)) {
				t.Fatalf("testdata lacks %q", test.old)
			}
			n, err := notebook.Parse("good.ipynb", bytes.Replace(data, []byte(test.old), []byte(test.new), 1))
			if err != nil {
				t.Fatal(err)
			}
			got := message(n.Committed(kernel))
			if test.want == "" && got != "" || !strings.HasPrefix(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}
