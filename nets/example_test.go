package nets_test

import (
	"fmt"
	"log"

	"euryale/nets"
)

func ExampleNew() {
	net, err := nets.New("lesson", nets.Config{Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(net)
	// Output:
	// Conv2D{Filters: 64, Kernel: 3, Activation: ReLU}, // 640 parameters
	// MaxPool2D{Size: 2},
	// Conv2D{Filters: 64, Kernel: 3, Activation: ReLU}, // 36,928 parameters
	// MaxPool2D{Size: 2},
	// Flatten{},
	// Dense{Units: 128, Activation: ReLU}, // 204,928 parameters
	// Dense{Units: 10, Activation: Softmax}, // 1,290 parameters
}
