package nn

// Linear leaves the net input as it is:
//
//	forward     out = net
//	backward    f'  = 1
var Linear = ActivationFunction{}
