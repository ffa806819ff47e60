package nn

// Softmax makes probabilities of the net inputs along the last axis: all above 0,
// their sum 1. Each output depends on every net input, so that its derivative is a
// matrix, the Jacobian J:
//
//	forward     outᵢ       = e^netᵢ / Σⱼ e^netⱼ
//	backward    ∂outᵢ/∂netⱼ = outᵢ·(𝟙[i=j] − outⱼ)
//	            δ          = Jᵀ·∂E/∂out, that is δⱼ = outⱼ·(∂E/∂outⱼ − Σᵢ outᵢ·∂E/∂outᵢ)
var Softmax = ActivationFunction{softmax: true}
