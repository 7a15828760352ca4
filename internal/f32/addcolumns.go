package f32

// AddColumns adds the sums of the columns of x, whose rows are as long as sum:
//
//	sum[j] += Σ_r x[r·len(sum)+j]
//
// The sum over r runs in order, from sum. It panics where x is not whole rows.
func AddColumns(sum, x []float32) {
	if len(x) == 0 {
		return
	}
	check(len(sum) > 0 && len(x)%len(sum) == 0, "AddColumns: want whole rows")
	addColumns(sum, x)
}

func addColumnsGo(sum, x []float32) {
	for ; len(x) > 0; x = x[len(sum):] {
		for j, v := range x[:len(sum)] {
			sum[j] += v
		}
	}
}
