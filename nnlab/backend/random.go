package backend

import "math"

// Uniform returns the i-th number of the random sequence named by key, in
// [0, 1). It is a pure function, so the numbers can be made in any order, on
// any device, and again in the backward pass. The mixing is the finalizer of
// SplitMix64 (Steele, Lea & Flood 2014, figure 18) on key + (i+1)·γ.
func Uniform(key uint64, i int) float32 {
	return float32(Bits(key, i)>>40) * (1.0 / (1 << 24))
}

// Bits returns the 64 random bits from which [Uniform] takes its first 24.
func Bits(key uint64, i int) uint64 {
	z := key + (uint64(i)+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Normal returns the i-th number of the sequence named by key with the mean 0
// and the variance 1, by the method of Box & Muller (1958) from two of the
// uniform numbers.
func Normal(key uint64, i int) float32 {
	u, v := 1-float64(Uniform(key, 2*i)), float64(Uniform(key, 2*i+1)) // u > 0
	return float32(math.Sqrt(-2*math.Log(u)) * math.Cos(2*math.Pi*v))
}
