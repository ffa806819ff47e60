// Package solution is what the teacher knows.
package solution

func soma(a, b int) int { return a + b }
