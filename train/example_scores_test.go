package train_test

import (
	"fmt"

	"euryale/train"
)

func ExampleNewScores() {
	labels := []int{0, 0, 1, 1, 2}
	outputs := [][]float32{{0.8, 0.1, 0.1}, {0.3, 0.6, 0.1}, {0.1, 0.8, 0.1}, {0.2, 0.7, 0.1}, {0.5, 0.1, 0.4}}
	scores, err := train.NewScores([]string{"ant", "bee", "cat"}, labels, outputs)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(scores)
	// Output:
	// precision    recall  f1-score   support
	//
	//          ant     0.5000    0.5000    0.5000         2
	//          bee     0.6667    1.0000    0.8000         2
	//          cat     0.0000    0.0000    0.0000         1
	//
	//     accuracy                         0.6000         5
	//    macro avg     0.3889    0.5000    0.4333         5
	// weighted avg     0.4667    0.6000    0.5200         5
	//
	// balanced accuracy: 0.5000 - macro F1: 0.4333 - top-2 accuracy: 1.0000
}
