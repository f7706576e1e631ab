// Do not edit: written by crate/examples/vocabulary.rs from the tables in crate/src (npm run codegen).

/** Everything that is named in Rust, with its settings in the order of their words. A member's code is its position. */
export const VOCABULARY = {
	activation: [
		{ name: 'linear', params: [] },
		{ name: 'sigmoid', params: [] },
		{ name: 'tanh', params: [] },
		{ name: 'relu', params: [] },
		{ name: 'leakyRelu', params: [
			{ name: 'negativeSlope', range: 'finite', default: 0.01 },
		] },
		{ name: 'elu', params: [
			{ name: 'alpha', range: 'finite', default: 1 },
		] },
		{ name: 'selu', params: [] },
		{ name: 'celu', params: [
			{ name: 'alpha', range: 'positive', default: 1 },
		] },
		{ name: 'gelu', params: [
			{ name: 'approximate', range: ['none', 'tanh'], default: 'none' },
		] },
		{ name: 'silu', params: [] },
		{ name: 'mish', params: [] },
		{ name: 'softplus', params: [] },
		{ name: 'softsign', params: [] },
		{ name: 'hardSigmoid', params: [] },
		{ name: 'hardSilu', params: [] },
		{ name: 'hardTanh', params: [] },
		{ name: 'relu6', params: [] },
		{ name: 'exponential', params: [] },
		{ name: 'logSigmoid', params: [] },
		{ name: 'softmax', params: [] },
		{ name: 'logSoftmax', params: [] },
	],
	loss: [
		{ name: 'meanSquaredError', params: [] },
		{ name: 'meanAbsoluteError', params: [] },
		{ name: 'huber', params: [
			{ name: 'delta', range: 'positive', default: 1 },
		] },
		{ name: 'smoothL1', params: [
			{ name: 'beta', range: 'nonNegative', default: 1 },
		] },
		{ name: 'logCosh', params: [] },
		{ name: 'meanAbsolutePercentageError', params: [] },
		{ name: 'meanSquaredLogarithmicError', params: [] },
		{ name: 'binaryCrossentropy', params: [
			{ name: 'fromLogits', range: 'flag', default: false },
			{ name: 'labelSmoothing', range: 'unit', default: 0 },
		] },
		{ name: 'categoricalCrossentropy', params: [
			{ name: 'fromLogits', range: 'flag', default: false },
			{ name: 'labelSmoothing', range: 'unit', default: 0 },
		] },
		{ name: 'sparseCategoricalCrossentropy', params: [
			{ name: 'fromLogits', range: 'flag', default: false },
		] },
		{ name: 'hinge', params: [] },
		{ name: 'squaredHinge', params: [] },
		{ name: 'categoricalHinge', params: [] },
		{ name: 'klDivergence', params: [] },
		{ name: 'poisson', params: [] },
		{ name: 'cosineSimilarity', params: [] },
	],
	optimizer: [
		{ name: 'sgd', params: [
			{ name: 'learningRate', range: 'nonNegative', default: 0.01 },
			{ name: 'momentum', range: 'unit', default: 0 },
			{ name: 'dampening', range: 'unit', default: 0 },
			{ name: 'nesterov', range: 'flag', default: false },
			{ name: 'weightDecay', range: 'nonNegative', default: 0 },
		] },
		{ name: 'adagrad', params: [
			{ name: 'learningRate', range: 'nonNegative', default: 0.01 },
			{ name: 'learningRateDecay', range: 'nonNegative', default: 0 },
			{ name: 'initialAccumulatorValue', range: 'nonNegative', default: 0 },
			{ name: 'epsilon', range: 'nonNegative', default: 1e-10 },
			{ name: 'epsilonInsideSqrt', range: 'nonNegative', default: 0 },
			{ name: 'weightDecay', range: 'nonNegative', default: 0 },
		] },
		{ name: 'rmsprop', params: [
			{ name: 'learningRate', range: 'nonNegative', default: 0.01 },
			{ name: 'rho', range: 'belowOne', default: 0.99 },
			{ name: 'momentum', range: 'unit', default: 0 },
			{ name: 'centered', range: 'flag', default: false },
			{ name: 'epsilon', range: 'nonNegative', default: 1e-8 },
			{ name: 'epsilonInsideSqrt', range: 'nonNegative', default: 0 },
			{ name: 'weightDecay', range: 'nonNegative', default: 0 },
		] },
		{ name: 'adadelta', params: [
			{ name: 'learningRate', range: 'nonNegative', default: 1 },
			{ name: 'rho', range: 'belowOne', default: 0.9 },
			{ name: 'epsilon', range: 'nonNegative', default: 1e-6 },
			{ name: 'epsilonInsideSqrt', range: 'nonNegative', default: 0 },
			{ name: 'weightDecay', range: 'nonNegative', default: 0 },
		] },
		{ name: 'adam', params: [
			{ name: 'learningRate', range: 'nonNegative', default: 0.001 },
			{ name: 'beta1', range: 'belowOne', default: 0.9 },
			{ name: 'beta2', range: 'belowOne', default: 0.999 },
			{ name: 'epsilon', range: 'nonNegative', default: 1e-8 },
			{ name: 'epsilonInsideSqrt', range: 'nonNegative', default: 0 },
			{ name: 'amsgrad', range: 'flag', default: false },
			{ name: 'weightDecay', range: 'nonNegative', default: 0 },
		] },
		{ name: 'adamw', params: [
			{ name: 'learningRate', range: 'nonNegative', default: 0.001 },
			{ name: 'beta1', range: 'belowOne', default: 0.9 },
			{ name: 'beta2', range: 'belowOne', default: 0.999 },
			{ name: 'epsilon', range: 'nonNegative', default: 1e-8 },
			{ name: 'epsilonInsideSqrt', range: 'nonNegative', default: 0 },
			{ name: 'amsgrad', range: 'flag', default: false },
			{ name: 'weightDecay', range: 'nonNegative', default: 0.01 },
		] },
		{ name: 'adamax', params: [
			{ name: 'learningRate', range: 'nonNegative', default: 0.002 },
			{ name: 'beta1', range: 'belowOne', default: 0.9 },
			{ name: 'beta2', range: 'belowOne', default: 0.999 },
			{ name: 'epsilon', range: 'nonNegative', default: 1e-8 },
			{ name: 'epsilonInsideSqrt', range: 'nonNegative', default: 0 },
			{ name: 'weightDecay', range: 'nonNegative', default: 0 },
		] },
		{ name: 'nadam', params: [
			{ name: 'learningRate', range: 'nonNegative', default: 0.002 },
			{ name: 'beta1', range: 'belowOne', default: 0.9 },
			{ name: 'beta2', range: 'belowOne', default: 0.999 },
			{ name: 'momentumDecay', range: 'nonNegative', default: 0.004 },
			{ name: 'epsilon', range: 'nonNegative', default: 1e-8 },
			{ name: 'epsilonInsideSqrt', range: 'nonNegative', default: 0 },
			{ name: 'weightDecay', range: 'nonNegative', default: 0 },
		] },
		{ name: 'radam', params: [
			{ name: 'learningRate', range: 'nonNegative', default: 0.001 },
			{ name: 'beta1', range: 'belowOne', default: 0.9 },
			{ name: 'beta2', range: 'belowOne', default: 0.999 },
			{ name: 'epsilon', range: 'nonNegative', default: 1e-8 },
			{ name: 'epsilonInsideSqrt', range: 'nonNegative', default: 0 },
			{ name: 'weightDecay', range: 'nonNegative', default: 0 },
		] },
		{ name: 'lion', params: [
			{ name: 'learningRate', range: 'nonNegative', default: 1e-4 },
			{ name: 'beta1', range: 'belowOne', default: 0.9 },
			{ name: 'beta2', range: 'belowOne', default: 0.99 },
			{ name: 'weightDecay', range: 'nonNegative', default: 0 },
		] },
	],
	schedule: [
		{ name: 'constant', params: [
			{ name: 'learningRate', range: 'nonNegative', default: null },
		] },
		{ name: 'stepDecay', params: [
			{ name: 'initialLearningRate', range: 'nonNegative', default: null },
			{ name: 'stepSize', range: 'count', default: null },
			{ name: 'gamma', range: 'nonNegative', default: 0.1 },
		] },
		{ name: 'multiStepDecay', params: [
			{ name: 'initialLearningRate', range: 'nonNegative', default: null },
			{ name: 'gamma', range: 'nonNegative', default: 0.1 },
		] },
		{ name: 'exponentialDecay', params: [
			{ name: 'initialLearningRate', range: 'nonNegative', default: null },
			{ name: 'decaySteps', range: 'positive', default: null },
			{ name: 'decayRate', range: 'nonNegative', default: null },
			{ name: 'staircase', range: 'flag', default: false },
		] },
		{ name: 'inverseTimeDecay', params: [
			{ name: 'initialLearningRate', range: 'nonNegative', default: null },
			{ name: 'decaySteps', range: 'positive', default: null },
			{ name: 'decayRate', range: 'nonNegative', default: null },
			{ name: 'staircase', range: 'flag', default: false },
		] },
		{ name: 'polynomialDecay', params: [
			{ name: 'initialLearningRate', range: 'nonNegative', default: null },
			{ name: 'decaySteps', range: 'positive', default: null },
			{ name: 'endLearningRate', range: 'nonNegative', default: 1e-4 },
			{ name: 'power', range: 'nonNegative', default: 1 },
			{ name: 'cycle', range: 'flag', default: false },
		] },
		{ name: 'piecewiseConstant', params: [] },
		{ name: 'cosineDecay', params: [
			{ name: 'initialLearningRate', range: 'nonNegative', default: null },
			{ name: 'decaySteps', range: 'positive', default: null },
			{ name: 'alpha', range: 'nonNegative', default: 0 },
		] },
		{ name: 'cosineDecayRestarts', params: [
			{ name: 'initialLearningRate', range: 'nonNegative', default: null },
			{ name: 'firstDecaySteps', range: 'positive', default: null },
			{ name: 'tMul', range: 'positive', default: 2 },
			{ name: 'mMul', range: 'nonNegative', default: 1 },
			{ name: 'alpha', range: 'nonNegative', default: 0 },
		] },
		{ name: 'oneCycle', params: [
			{ name: 'maxLearningRate', range: 'nonNegative', default: null },
			{ name: 'totalSteps', range: 'count', default: null },
			{ name: 'percentStart', range: 'unit', default: 0.3 },
			{ name: 'annealStrategy', range: ['cos', 'linear'], default: 'cos' },
			{ name: 'divFactor', range: 'positive', default: 25 },
			{ name: 'finalDivFactor', range: 'positive', default: 10000 },
			{ name: 'threePhase', range: 'flag', default: false },
		] },
		{ name: 'linearWarmup', params: [
			{ name: 'initialLearningRate', range: 'nonNegative', default: 0 },
			{ name: 'warmupSteps', range: 'index', default: null },
		] },
		{ name: 'everyEpoch', params: [] },
	],
	initializer: [
		{ name: 'zeros', params: [] },
		{ name: 'ones', params: [] },
		{ name: 'constant', params: [
			{ name: 'value', range: 'finite', default: 0 },
		] },
		{ name: 'randomNormal', params: [
			{ name: 'mean', range: 'finite', default: 0 },
			{ name: 'standardDeviation', range: 'nonNegative', default: 0.05 },
		] },
		{ name: 'randomUniform', params: [
			{ name: 'minValue', range: 'finite', default: -0.05 },
			{ name: 'maxValue', range: 'finite', default: 0.05 },
		] },
		{ name: 'truncatedNormal', params: [
			{ name: 'mean', range: 'finite', default: 0 },
			{ name: 'standardDeviation', range: 'nonNegative', default: 0.05 },
		] },
		{ name: 'glorotNormal', params: [] },
		{ name: 'glorotUniform', params: [] },
		{ name: 'heNormal', params: [] },
		{ name: 'heUniform', params: [] },
		{ name: 'lecunNormal', params: [] },
		{ name: 'lecunUniform', params: [] },
		{ name: 'orthogonal', params: [
			{ name: 'gain', range: 'finite', default: 1 },
		] },
		{ name: 'varianceScaling', params: [
			{ name: 'scale', range: 'positive', default: 1 },
			{ name: 'mode', range: ['fanIn', 'fanOut', 'fanAverage'], default: 'fanIn' },
			{ name: 'distribution', range: ['truncatedNormal', 'untruncatedNormal', 'uniform'], default: 'truncatedNormal' },
		] },
		{ name: 'xavierNormal', params: [
			{ name: 'gain', range: 'finite', default: 1 },
		] },
		{ name: 'xavierUniform', params: [
			{ name: 'gain', range: 'finite', default: 1 },
		] },
		{ name: 'kaimingNormal', params: [
			{ name: 'mode', range: ['fanIn', 'fanOut'], default: 'fanIn' },
			{ name: 'nonlinearity', range: ['linear', 'sigmoid', 'tanh', 'relu', 'leakyRelu', 'selu'], default: 'leakyRelu' },
			{ name: 'negativeSlope', range: 'finite', default: 0 },
		] },
		{ name: 'kaimingUniform', params: [
			{ name: 'mode', range: ['fanIn', 'fanOut'], default: 'fanIn' },
			{ name: 'nonlinearity', range: ['linear', 'sigmoid', 'tanh', 'relu', 'leakyRelu', 'selu'], default: 'leakyRelu' },
			{ name: 'negativeSlope', range: 'finite', default: 0 },
		] },
	],
	metric: [
		{ name: 'accuracy', params: [] },
		{ name: 'binaryAccuracy', params: [
			{ name: 'threshold', range: 'finite', default: 0.5 },
		] },
		{ name: 'categoricalAccuracy', params: [] },
		{ name: 'sparseCategoricalAccuracy', params: [] },
		{ name: 'topKAccuracy', params: [
			{ name: 'k', range: 'count', default: 5 },
		] },
		{ name: 'precision', params: [
			{ name: 'threshold', range: 'finite', default: 0.5 },
		] },
		{ name: 'recall', params: [
			{ name: 'threshold', range: 'finite', default: 0.5 },
		] },
		{ name: 'f1', params: [
			{ name: 'threshold', range: 'finite', default: 0.5 },
		] },
		{ name: 'auc', params: [] },
		{ name: 'meanAbsoluteError', params: [] },
		{ name: 'meanSquaredError', params: [] },
		{ name: 'rootMeanSquaredError', params: [] },
		{ name: 'r2', params: [] },
	],
	constraint: [
		{ name: 'none', params: [] },
		{ name: 'maxNorm', params: [
			{ name: 'maxValue', range: 'nonNegative', default: 2 },
			{ name: 'axis', range: 'index', default: 0 },
		] },
		{ name: 'unitNorm', params: [
			{ name: 'axis', range: 'index', default: 0 },
		] },
		{ name: 'nonNegative', params: [] },
		{ name: 'minMaxNorm', params: [
			{ name: 'minValue', range: 'nonNegative', default: 0 },
			{ name: 'maxValue', range: 'nonNegative', default: 1 },
			{ name: 'rate', range: 'unit', default: 1 },
			{ name: 'axis', range: 'index', default: 0 },
		] },
	],
	layer: [
		{ name: 'dense', params: [
			{ name: 'units', range: 'count', default: 1 },
			{ name: 'useBias', range: 'flag', default: true },
		] },
		{ name: 'activation', params: [] },
		{ name: 'dropout', params: [
			{ name: 'rate', range: 'belowOne', default: 0.5 },
		] },
		{ name: 'gaussianNoise', params: [
			{ name: 'standardDeviation', range: 'nonNegative', default: 0.1 },
		] },
		{ name: 'prelu', params: [] },
		{ name: 'maxout', params: [
			{ name: 'units', range: 'count', default: 1 },
			{ name: 'pieces', range: 'count', default: 2 },
			{ name: 'useBias', range: 'flag', default: true },
		] },
		{ name: 'batchNormalization', params: [
			{ name: 'momentum', range: 'unit', default: 0.99 },
			{ name: 'epsilon', range: 'nonNegative', default: 0.001 },
			{ name: 'center', range: 'flag', default: true },
			{ name: 'scale', range: 'flag', default: true },
		] },
		{ name: 'layerNormalization', params: [
			{ name: 'epsilon', range: 'nonNegative', default: 0.001 },
			{ name: 'center', range: 'flag', default: true },
			{ name: 'scale', range: 'flag', default: true },
		] },
		{ name: 'concatenate', params: [] },
		{ name: 'add', params: [] },
		{ name: 'slice', params: [
			{ name: 'start', range: 'index', default: 0 },
			{ name: 'width', range: 'count', default: 1 },
		] },
		{ name: 'tiedDense', params: [
			{ name: 'useBias', range: 'flag', default: true },
		] },
		{ name: 'lambda', params: [
			{ name: 'units', range: 'index', default: 0 },
		] },
	],
	parameter: ['kernel', 'bias', 'alpha', 'gamma', 'beta', 'movingMean', 'movingVariance'],
} as const;
