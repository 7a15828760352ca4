package serve_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pkg/errors"

	"euryale/cmd/internal/serve"
	"euryale/graph"
	"euryale/loaders"
	"euryale/nets"
)

// server is one that is ready.
func server(t testing.TB, c serve.Config) *serve.Server {
	t.Helper()
	s := cold(t, c)
	if err := s.Warm(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// cold is one that is not ready, of a network that is quick where there is no other.
func cold(t testing.TB, c serve.Config) *serve.Server {
	t.Helper()
	if c.Network == nil {
		c.Network = untrained(t)
	}
	s, err := serve.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// untrained is a network that is quick, and sure of nothing.
func untrained(t testing.TB) *graph.Network {
	t.Helper()
	net, err := nets.New("dense128", nets.Config{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// send is what a handler answers.
func send(h http.Handler, method, path string, body []byte) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, bytes.NewReader(body)))
	return w
}

// pngOf is a picture's file.
func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// drawn is an image, i telling which.
func drawn(i int) *image.Gray {
	m := image.NewGray(image.Rect(0, 0, 28, 28))
	for p := range m.Pix {
		m.Pix[p] = uint8(p * (i + 3) * 7919 >> 3)
	}
	return m
}

// direct is what a program of the network makes of pixels.
func direct(t testing.TB, net *graph.Network, pixels []uint8) []float32 {
	t.Helper()
	p, err := net.Compile(graph.ProgramConfig{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	in := net.Details().Input
	for i, v := range pixels {
		p.Inputs[0].Float32s()[i] = float32(in.Apply(float64(v), i/(len(pixels)/net.Inputs()[0].Shape[0])))
	}
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
	return append([]float32{}, p.Outputs[0].Float32s()...)
}

func nested(pixels []uint8, w int) string {
	rows := make([][]int, 0, len(pixels)/w)
	for i, v := range pixels {
		if i%w == 0 {
			rows = append(rows, nil)
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], int(v))
	}
	b, _ := json.Marshal(rows)
	return string(b)
}

// TestPredict: a picture and arrays of its pixels are answered alike, and as a
// program answers them.
func TestPredict(t *testing.T) {
	net := untrained(t)
	if err := net.SetDetails(graph.Details{
		Classes: strings.Fields("zero one two three four five six seven eight nine"),
		Input:   graph.Scaling{Mean: []float64{0.1307}, Deviation: []float64{0.3081}},
	}); err != nil {
		t.Fatal(err)
	}
	s := server(t, serve.Config{Network: net})
	m := drawn(4)
	want := direct(t, net, m.Pix)
	rows := nested(m.Pix, 28)
	flat := strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(rows, "[", ""), "]", ""), " ", "")
	for name, body := range map[string]string{
		"PNG": string(pngOf(t, m)), "rows": rows, "flat": "[" + flat + "]", "planes": " [" + rows + "]", "object": `{"image": ` + rows + "}",
	} {
		w := send(s, "POST", "/predict", []byte(body))
		var got serve.Answer
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 {
			t.Fatalf("%s: got %d %s", name, w.Code, w.Body)
		}
		if diff := cmp.Diff(want, got.Probabilities); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		for _, p := range want {
			if p > want[*got.Class] {
				t.Errorf("%s: want the class of the largest of %v, got %d", name, want, *got.Class)
			}
		}
		if got.Name != net.Details().Classes[*got.Class] {
			t.Errorf("%s: want the name of %d, got %s", name, *got.Class, got.Name)
		}
	}
}

// TestKinds are networks of other inputs and outputs.
func TestKinds(t *testing.T) {
	compose := func(outputs ...*graph.Value) *graph.Network {
		net, err := graph.Compose(graph.Config{Seed: 1, Name: "m"}, outputs...)
		if err != nil {
			t.Fatal(err)
		}
		return net
	}
	vector := graph.Input("x", 3)
	colour := graph.Input("x", 3, 4, 4)
	for _, tt := range []struct {
		name       string
		net        *graph.Network
		body, want string
	}{
		{"values", compose(vector.Then(graph.Dense{Units: 2})), "[1, -2.5, 300]", `"values":[`},
		{"one value", compose(vector.Then(graph.Dense{Units: 1})), "[1, 2, 3]", `{"values":[`},
		{"two outputs", compose(vector.Then(graph.Dense{Units: 2}), vector.Then(graph.Dense{Units: 1})), "[1, 2, 3]", `"outputs":{"dense_1":[`},
		{"colours", compose(colour.Then(graph.Flatten{}, graph.Dense{Units: 2, Activation: graph.Softmax})), string(pngOf(t, drawn(1))), `"probabilities":[`},
		{"a picture for a vector", compose(vector.Then(graph.Dense{Units: 2})), string(pngOf(t, drawn(1))), "want an array, as the network's input is no image but (3), got a picture"},
		{"two inputs", compose(graph.Join(graph.Concat, vector, graph.Input("y", 2)).Then(graph.Dense{Units: 2})), "[1, 2, 3]", "want a network of one input, got one of 2: use /v2/models/m/infer"},
	} {
		s := server(t, serve.Config{Network: tt.net})
		if got := send(s, "POST", "/predict", []byte(tt.body)).Body.String(); !strings.Contains(got, tt.want) {
			t.Errorf("%s: want %s, got %s", tt.name, tt.want, got)
		}
	}
}

// TestForm is told how to send a picture, and of how many bytes at most.
func TestForm(t *testing.T) {
	s := server(t, serve.Config{MostBody: 100_000})
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("image", "a.png")
	if err != nil {
		t.Fatal(err)
	}
	part.Write(pngOf(t, drawn(1)))
	form.Close()
	ask := func(body []byte) *httptest.ResponseRecorder {
		w, r := httptest.NewRecorder(), httptest.NewRequest("POST", "/predict", bytes.NewReader(body))
		r.Header.Set("Content-Type", form.FormDataContentType())
		s.ServeHTTP(w, r)
		return w
	}
	want := "want the bytes of a picture, of at most 100,000, got a form: send it by curl --data-binary @picture.png http://example.com/predict"
	if w := ask(b.Bytes()); w.Code != 400 || !strings.Contains(w.Body.String(), want) {
		t.Errorf("want 400 and %q, got %d %s", want, w.Code, w.Body)
	}
	if w := ask(pngOf(t, drawn(1))); w.Code != 200 {
		t.Errorf("want a picture answered, whatever it is said to be, got %d %s", w.Code, w.Body)
	}
}

// TestStreamedTooLarge is a body of a length that nobody says.
func TestStreamedTooLarge(t *testing.T) {
	s := server(t, serve.Config{MostBody: 100_000})
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("POST", "/predict", io.LimitReader(zeros{}, 100_001)))
	if w.Code != 413 || !strings.Contains(w.Body.String(), "want a body of at most 100,000 bytes, got more") {
		t.Errorf("want 413 and the limit, got %d %s", w.Code, w.Body)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// TestSamplesOf leaves out what cannot be decoded, and takes the next of its class.
func TestSamplesOf(t *testing.T) {
	dir := t.TempDir()
	for i, name := range []string{"a/1.png", "a/2.png", "b/1.png", "c/1.png"} {
		content := pngOf(t, drawn(i))
		if name == "a/1.png" || name == "b/1.png" {
			content = content[:60] // with its header
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	d, _, err := loaders.Open(t.Context(), dir, loaders.OpenConfig{Memory: 1})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range serve.SamplesOf(d) {
		got = append(got, s.Name)
		want := drawn(map[string]int{"a": 1, "c": 3}[s.Name])
		for p, v := range s.Image.(*image.Gray).Pix {
			if v != 255-want.Pix[p] {
				t.Fatalf("%s: pixel %d: want the picture, got another", s.Name, p)
			}
		}
	}
	if diff := cmp.Diff([]string{"a", "c"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestRefused is what cannot be answered, and what is said of it.
func TestRefused(t *testing.T) {
	s := server(t, serve.Config{MostBody: 100_000, MostPixels: 10_000, Page: &serve.Page{}})
	rows := nested(drawn(1).Pix, 28)
	for _, tt := range []struct {
		name, method, path, body string
		status                   int
		want                     string
	}{
		{"nothing", "POST", "/predict", "", 400, "want a PNG, JPEG, GIF, WebP, BMP or TIFF picture, got an empty file"},
		{"no picture", "POST", "/predict", "hello", 400, "got something else"},
		{"cut", "POST", "/predict", string(pngOf(t, drawn(1)))[:80], 400, "cut short"},
		{"large picture", "POST", "/predict", string(pngOf(t, image.NewGray(image.Rect(0, 0, 101, 100)))), 413, "want a picture of at most 10000 pixels, got 101×100"},
		{"bomb", "POST", "/predict", "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x00\x00\x00\x00\x00\x00\x00\x00", 400, "PNG"},
		{"long", "POST", "/predict", strings.Repeat(" ", 100_001), 413, "want a body of at most 100,000 bytes, got more"},
		{"short row", "POST", "/predict", "[" + rows[1:len(rows)-10] + "]]", 400, "want arrays of 28, got one of"},
		{"long row", "POST", "/predict", strings.Replace(rows, "[[", "[[1,", 1), 400, "want arrays of 28, got one of more"},
		{"deep", "POST", "/predict", "[[[[1]]]]", 400, "want an array of shape (1, 28, 28), got one 4 deep"},
		{"deeper", "POST", "/predict", strings.Repeat("[", 90_000), 400, "90000 deep"},
		{"flat", "POST", "/predict", "[1,2]", 400, "want arrays of 784, got one of 2"},
		{"text", "POST", "/predict", `["a"]`, 400, "want a number, got a"},
		{"pixel", "POST", "/predict", "[[256.5" + rows[strings.IndexByte(rows, ','):], 400, "want pixels from 0 to 255, got 256.5"},
		{"huge", "POST", "/predict", "[" + strings.Repeat("1e39,", 783) + "1]", 400, "want a number, got 1e39"},
		{"more", "POST", "/predict", rows + "[]", 400, "want one array, got more behind it"},
		{"object", "POST", "/predict", `{"picture": []}`, 400, "got an object without image"},
		{"unfinished", "POST", "/predict", `{"image": [[`, 400, "want JSON: unexpected end of JSON input"},
		{"unfinished array", "POST", "/predict", `[[1, 2`, 400, "want JSON"},
		{"method", "GET", "/predict", "", 405, "want POST, got GET"},
		{"path", "GET", "/nothing", "", 404, "got another path"},
		{"post to it", "POST", "/", "", 404, "got another path"},
		{"model", "POST", "/v2/models/other/infer", "{}", 404, `want the model dense128, got \"other\"`},
		{"model's state", "GET", "/v2/models/other/ready", "", 404, "want the model dense128"},
		{"no inputs", "POST", "/v2/models/dense128/infer", "{}", 400, "want 1 inputs, got 0"},
		{"name", "POST", "/v2/models/dense128/infer", `{"inputs":[{"name":"x"}]}`, 400, "want the input input, got none of that name"},
		{"datatype", "POST", "/v2/models/dense128/infer", `{"inputs":[{"name":"input","datatype":"INT8"}]}`, 400, `want the datatype FP32, got \"INT8\"`},
		{"shape", "POST", "/v2/models/dense128/infer", `{"inputs":[{"name":"input","datatype":"FP32","shape":[1,28,28]}]}`, 400, "want the shape (1, 28, 28) of each sample, behind their number, got [1 28 28]"},
		{"many", "POST", "/v2/models/dense128/infer", `{"inputs":[{"name":"input","datatype":"FP32","shape":[1000000000,1,28,28]}]}`, 400, "want 1 to 256 samples"},
		{"no data", "POST", "/v2/models/dense128/infer", `{"inputs":[{"name":"input","datatype":"FP32","shape":[1,1,28,28]}]}`, 400, "got one 0 deep"},
	} {
		w := send(s, tt.method, tt.path, []byte(tt.body))
		var got struct {
			Error, Request string
			Status         int
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatalf("%s: want JSON, got %s", tt.name, w.Body)
		}
		if w.Code != tt.status || got.Status != tt.status || !strings.Contains(w.Body.String(), tt.want) {
			t.Errorf("%s: want %d and %q, got %d and %s", tt.name, tt.status, tt.want, w.Code, w.Body)
		}
		if id := w.Header().Get("X-Request-Id"); id == "" || id != got.Request {
			t.Errorf("%s: want the request's number, got %q and %q", tt.name, id, got.Request)
		}
	}
	if free := metric(t, s, "euryale_memory_free_bytes"); free != "536870912" {
		t.Errorf("want all memory given back, got %s free", free)
	}
}

// metric is the value of one without labels.
func metric(t testing.TB, h http.Handler, name string) string {
	t.Helper()
	for line := range strings.Lines(send(h, "GET", "/metrics", nil).Body.String()) {
		if v, ok := strings.CutPrefix(line, name+" "); ok {
			return strings.TrimSpace(v)
		}
	}
	t.Fatalf("want the metric %s, got none", name)
	return ""
}

// TestInfer is the protocol's answer for a batch.
func TestInfer(t *testing.T) {
	net := untrained(t)
	s := server(t, serve.Config{Network: net, Name: "mine"})
	var data, want []float32
	for i := range 5 {
		m := drawn(i)
		for _, v := range m.Pix {
			data = append(data, float32(v)/255)
		}
		want = append(want, direct(t, net, m.Pix)...)
	}
	text, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	body := fmt.Sprintf(`{"id": "7", "inputs": [{"name": "input", "shape": [5, 1, 28, 28], "datatype": "FP32", "data": %s}]}`, text)
	w := send(s, "POST", "/v2/models/mine/infer", []byte(body))
	var got struct {
		ID      string `json:"id"`
		Model   string `json:"model_name"`
		Outputs []struct {
			Name, Datatype string
			Shape          []int
			Data           []float32
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 {
		t.Fatalf("got %d %s", w.Code, w.Body)
	}
	o := got.Outputs[0]
	if diff := cmp.Diff(want, o.Data); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.ID != "7" || got.Model != "mine" || o.Name != "dense_2" || o.Datatype != "FP32" || !cmp.Equal(o.Shape, []int{5, 10}) {
		t.Errorf("got %+v", got)
	}
	const described = `{"inputs":[{"name":"input","shape":[-1,1,28,28],"datatype":"FP32"}],"name":"mine","outputs":[{"name":"dense_2","shape":[-1,10],"datatype":"FP32"}],"platform":"euryale"}`
	if got := strings.TrimSpace(send(s, "GET", "/v2/models/mine", nil).Body.String()); got != described {
		t.Errorf("want %s, got %s", described, got)
	}
}

// TestStates is what is answered before it is ready, and once it is.
func TestStates(t *testing.T) {
	s, err := serve.New(serve.Config{Network: untrained(t)})
	if err != nil {
		t.Fatal(err)
	}
	picture := pngOf(t, drawn(1))
	look := func() (all []int) {
		for _, path := range []string{"/healthz", "/readyz", "/metrics", "/v2/health/live", "/v2/health/ready", "/v2/models/dense128/ready", "/predict"} {
			method := "GET"
			if path == "/predict" {
				method = "POST"
			}
			w := send(s, method, path, picture)
			if retry := w.Header().Get("Retry-After"); (w.Code == 503) != (retry != "") {
				t.Errorf("%s: got %d and Retry-After %q", path, w.Code, retry)
			}
			all = append(all, w.Code)
		}
		return all
	}
	if diff := cmp.Diff([]int{200, 503, 200, 200, 503, 503, 503}, look()); diff != "" {
		t.Errorf("starting (-want +got):\n%s", diff)
	}
	if err := s.Warm(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{200, 200, 200, 200, 200, 200, 200}, look()); diff != "" {
		t.Errorf("ready (-want +got):\n%s", diff)
	}
	s.Close()
	if diff := cmp.Diff([]int{200, 503, 200, 200, 503, 503, 503}, look()); diff != "" {
		t.Errorf("stopping (-want +got):\n%s", diff)
	}
	if w := send(s, "GET", "/readyz", nil); w.Header().Get("X-Server-State") != "stopping" || w.Header().Get("Connection") != "close" {
		t.Errorf("want the connection closed, got %v", w.Header())
	}
}

// TestHeaders: a request's number is taken over where it is one, and every answer
// is guarded.
func TestHeaders(t *testing.T) {
	s := server(t, serve.Config{Page: &serve.Page{}})
	for sent, taken := range map[string]bool{"abc-1": true, "": false, "two words": false, strings.Repeat("a", 129): false, "ä": false} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("X-Request-Id", sent)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if got := w.Header().Get("X-Request-Id"); got == "" || (got == sent) != taken {
			t.Errorf("%q: want it taken %v, got %q", sent, taken, got)
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("want guards, got %v", w.Header())
		}
	}
}

// TestPanic: one request's panic is its own, and is logged with its place.
func TestPanic(t *testing.T) {
	var log bytes.Buffer
	s := server(t, serve.Config{Log: &log, Picture: func(image.Image, graph.Shape) ([]uint8, error) { panic("no luck") }})
	w := send(s, "POST", "/predict", pngOf(t, drawn(1)))
	if w.Code != 500 || strings.Contains(w.Body.String(), "luck") {
		t.Errorf("want 500 and no inside, got %d %s", w.Code, w.Body)
	}
	for _, want := range []string{"panic: no luck", "server_test.go", w.Header().Get("X-Request-Id")} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("want %q in the log, got %s", want, &log)
		}
	}
	if free := metric(t, s, "euryale_memory_free_bytes"); free != "536870912" {
		t.Errorf("want all memory given back, got %s free", free)
	}
}

// held is a body that comes when it is let, and says when it is asked for.
type held struct {
	asked chan struct{}
	let   chan struct{}
	rest  io.Reader
}

func (h *held) Read(p []byte) (int, error) {
	select {
	case h.asked <- struct{}{}:
	default:
	}
	<-h.let
	return h.rest.Read(p)
}

// TestLimits: more requests, or more memory, than there is to be are refused at
// once with 503, while looks at the server are answered.
func TestLimits(t *testing.T) {
	for _, tt := range []struct {
		name string
		c    serve.Config
	}{{"requests", serve.Config{MostRequests: 1}}, {"memory", serve.Config{Memory: 200 << 10}}} {
		t.Run(tt.name, func(t *testing.T) {
			s := server(t, tt.c)
			body := &held{make(chan struct{}, 1), make(chan struct{}), bytes.NewReader(pngOf(t, drawn(1)))}
			first := make(chan int)
			go func() {
				w := httptest.NewRecorder()
				s.ServeHTTP(w, httptest.NewRequest("POST", "/predict", body))
				first <- w.Code
			}()
			<-body.asked
			w := send(s, "POST", "/predict", pngOf(t, drawn(1)))
			if w.Code != 503 || w.Header().Get("Retry-After") == "" {
				t.Errorf("want 503 and Retry-After, got %d %s", w.Code, w.Body)
			}
			if w := send(s, "GET", "/healthz", nil); w.Code != 200 {
				t.Errorf("want 200, got %d", w.Code)
			}
			close(body.let)
			if code := <-first; code != 200 {
				t.Errorf("want the first answered, got %d", code)
			}
			if w := send(s, "POST", "/predict", pngOf(t, drawn(1))); w.Code != 200 {
				t.Errorf("want room again, got %d %s", w.Code, w.Body)
			}
		})
	}
}

// TestGone: a request whose sender has gone is not run.
func TestGone(t *testing.T) {
	s := server(t, serve.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "POST", "/predict", strings.NewReader(nested(drawn(1).Pix, 28))))
	if w.Code != 503 {
		t.Errorf("want 503, got %d", w.Code)
	}
}

// TestMaps: the page's question is answered with a picture of each layer.
func TestMaps(t *testing.T) {
	s := server(t, serve.Config{Network: model(t), Picture: serve.Prepared(loaders.Digit), Page: &serve.Page{Title: "T"}})
	w := send(s, "POST", "/predict?maps=1", pngOf(t, drawn(1)))
	var got serve.Answer
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 {
		t.Fatalf("got %d %s", w.Code, w.Body)
	}
	var names []string
	for _, l := range got.Layers {
		names = append(names, fmt.Sprint(l.Name, l.Shape))
		if !strings.HasPrefix(l.Image, "data:image/png;base64,") || l.Width < 1 || l.Height < 1 {
			t.Errorf("%s: want a picture, got %+v", l.Name, l)
		}
	}
	want := []string{"conv2d_1[32 26 26]", "max_pool2d_1[32 13 13]", "flatten_1[5408]", "dense_1[128]", "dense_2[10]"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("layers (-want +got):\n%s", diff)
	}
	plain := send(s, "POST", "/predict", pngOf(t, drawn(1)))
	var same serve.Answer
	if err := json.Unmarshal(plain.Body.Bytes(), &same); err != nil || !cmp.Equal(same.Probabilities, got.Probabilities) || same.Layers != nil {
		t.Errorf("want the same without layers, got %s", plain.Body)
	}
	if got.Prepared == "" {
		t.Error("want what the network was shown, got nothing")
	}
}

func TestConfigErrors(t *testing.T) {
	for want, c := range map[string]serve.Config{
		"serve: want a network, got none":                               {},
		"serve: want a network that New or Compose made, got an empty":  {Network: &graph.Network{}},
		"serve: want limits of at least 1, or 0 for the default, got -": {Network: untrained(t), Memory: -1},
	} {
		if _, err := serve.New(c); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	s := server(t, serve.Config{})
	if _, err := s.Ask(t.Context(), make([]uint8, 3)); err == nil || errors.Is(err, graph.ErrBusy) {
		t.Errorf("want an error, got %v", err)
	}
}
