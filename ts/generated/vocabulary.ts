// Do not edit: written by crate/examples/vocabulary.rs from the tables in crate/src (npm run codegen).

/** Everything that is named in Rust, with its settings in the order of their words: the range and the default of each. A member's code is its position. */
export const VOCABULARY = {
	activation: {
		linear: {},
		sigmoid: {},
		tanh: {},
		relu: {},
		leakyRelu: {
			negativeSlope: ['finite', 0.01],
		},
		elu: {
			alpha: ['finite', 1],
		},
		selu: {},
		celu: {
			alpha: ['positive', 1],
		},
		gelu: {
			approximate: [['none', 'tanh'], 'none'],
		},
		silu: {},
		mish: {},
		softplus: {},
		softsign: {},
		hardSigmoid: {},
		hardSilu: {},
		hardTanh: {},
		relu6: {},
		exponential: {},
		logSigmoid: {},
		softmax: {},
		logSoftmax: {},
	},
	loss: {
		meanSquaredError: {},
		meanAbsoluteError: {},
		huber: {
			delta: ['positive', 1],
		},
		smoothL1: {
			beta: ['nonNegative', 1],
		},
		logCosh: {},
		meanAbsolutePercentageError: {},
		meanSquaredLogarithmicError: {},
		binaryCrossentropy: {
			fromLogits: ['flag', false],
			labelSmoothing: ['unit', 0],
		},
		categoricalCrossentropy: {
			fromLogits: ['flag', false],
			labelSmoothing: ['unit', 0],
		},
		sparseCategoricalCrossentropy: {
			fromLogits: ['flag', false],
		},
		hinge: {},
		squaredHinge: {},
		categoricalHinge: {},
		klDivergence: {},
		poisson: {},
		cosineSimilarity: {},
	},
	optimizer: {
		sgd: {
			learningRate: ['nonNegative', 0.01],
			momentum: ['unit', 0],
			dampening: ['unit', 0],
			nesterov: ['flag', false],
			weightDecay: ['nonNegative', 0],
		},
		adagrad: {
			learningRate: ['nonNegative', 0.01],
			learningRateDecay: ['nonNegative', 0],
			initialAccumulatorValue: ['nonNegative', 0],
			epsilon: ['nonNegative', 1e-10],
			epsilonInsideSqrt: ['nonNegative', 0],
			weightDecay: ['nonNegative', 0],
		},
		rmsprop: {
			learningRate: ['nonNegative', 0.01],
			rho: ['belowOne', 0.99],
			momentum: ['unit', 0],
			centered: ['flag', false],
			epsilon: ['nonNegative', 1e-8],
			epsilonInsideSqrt: ['nonNegative', 0],
			weightDecay: ['nonNegative', 0],
		},
		adadelta: {
			learningRate: ['nonNegative', 1],
			rho: ['belowOne', 0.9],
			epsilon: ['nonNegative', 1e-6],
			epsilonInsideSqrt: ['nonNegative', 0],
			weightDecay: ['nonNegative', 0],
		},
		adam: {
			learningRate: ['nonNegative', 0.001],
			beta1: ['belowOne', 0.9],
			beta2: ['belowOne', 0.999],
			epsilon: ['nonNegative', 1e-8],
			epsilonInsideSqrt: ['nonNegative', 0],
			amsgrad: ['flag', false],
			weightDecay: ['nonNegative', 0],
		},
		adamw: {
			learningRate: ['nonNegative', 0.001],
			beta1: ['belowOne', 0.9],
			beta2: ['belowOne', 0.999],
			epsilon: ['nonNegative', 1e-8],
			epsilonInsideSqrt: ['nonNegative', 0],
			amsgrad: ['flag', false],
			weightDecay: ['nonNegative', 0.01],
		},
		adamax: {
			learningRate: ['nonNegative', 0.002],
			beta1: ['belowOne', 0.9],
			beta2: ['belowOne', 0.999],
			epsilon: ['nonNegative', 1e-8],
			epsilonInsideSqrt: ['nonNegative', 0],
			weightDecay: ['nonNegative', 0],
		},
		nadam: {
			learningRate: ['nonNegative', 0.002],
			beta1: ['belowOne', 0.9],
			beta2: ['belowOne', 0.999],
			momentumDecay: ['nonNegative', 0.004],
			epsilon: ['nonNegative', 1e-8],
			epsilonInsideSqrt: ['nonNegative', 0],
			weightDecay: ['nonNegative', 0],
		},
		radam: {
			learningRate: ['nonNegative', 0.001],
			beta1: ['belowOne', 0.9],
			beta2: ['belowOne', 0.999],
			epsilon: ['nonNegative', 1e-8],
			epsilonInsideSqrt: ['nonNegative', 0],
			weightDecay: ['nonNegative', 0],
		},
		lion: {
			learningRate: ['nonNegative', 1e-4],
			beta1: ['belowOne', 0.9],
			beta2: ['belowOne', 0.99],
			weightDecay: ['nonNegative', 0],
		},
	},
	schedule: {
		constant: {
			learningRate: ['nonNegative', null],
		},
		stepDecay: {
			initialLearningRate: ['nonNegative', null],
			stepSize: ['count', null],
			gamma: ['nonNegative', 0.1],
		},
		multiStepDecay: {
			initialLearningRate: ['nonNegative', null],
			gamma: ['nonNegative', 0.1],
		},
		exponentialDecay: {
			initialLearningRate: ['nonNegative', null],
			decaySteps: ['positive', null],
			decayRate: ['nonNegative', null],
			staircase: ['flag', false],
		},
		inverseTimeDecay: {
			initialLearningRate: ['nonNegative', null],
			decaySteps: ['positive', null],
			decayRate: ['nonNegative', null],
			staircase: ['flag', false],
		},
		polynomialDecay: {
			initialLearningRate: ['nonNegative', null],
			decaySteps: ['positive', null],
			endLearningRate: ['nonNegative', 1e-4],
			power: ['nonNegative', 1],
			cycle: ['flag', false],
		},
		piecewiseConstant: {},
		cosineDecay: {
			initialLearningRate: ['nonNegative', null],
			decaySteps: ['positive', null],
			alpha: ['nonNegative', 0],
		},
		cosineDecayRestarts: {
			initialLearningRate: ['nonNegative', null],
			firstDecaySteps: ['positive', null],
			tMul: ['positive', 2],
			mMul: ['nonNegative', 1],
			alpha: ['nonNegative', 0],
		},
		oneCycle: {
			maxLearningRate: ['nonNegative', null],
			totalSteps: ['count', null],
			percentStart: ['unit', 0.3],
			annealStrategy: [['cos', 'linear'], 'cos'],
			divFactor: ['positive', 25],
			finalDivFactor: ['positive', 10000],
			threePhase: ['flag', false],
		},
		linearWarmup: {
			initialLearningRate: ['nonNegative', 0],
			warmupSteps: ['index', null],
		},
		everyEpoch: {},
	},
	initializer: {
		zeros: {},
		ones: {},
		constant: {
			value: ['finite', 0],
		},
		randomNormal: {
			mean: ['finite', 0],
			standardDeviation: ['nonNegative', 0.05],
		},
		randomUniform: {
			minValue: ['finite', -0.05],
			maxValue: ['finite', 0.05],
		},
		truncatedNormal: {
			mean: ['finite', 0],
			standardDeviation: ['nonNegative', 0.05],
		},
		glorotNormal: {},
		glorotUniform: {},
		heNormal: {},
		heUniform: {},
		lecunNormal: {},
		lecunUniform: {},
		orthogonal: {
			gain: ['finite', 1],
		},
		varianceScaling: {
			scale: ['positive', 1],
			mode: [['fanIn', 'fanOut', 'fanAverage'], 'fanIn'],
			distribution: [['truncatedNormal', 'untruncatedNormal', 'uniform'], 'truncatedNormal'],
		},
		xavierNormal: {
			gain: ['finite', 1],
		},
		xavierUniform: {
			gain: ['finite', 1],
		},
		kaimingNormal: {
			mode: [['fanIn', 'fanOut'], 'fanIn'],
			nonlinearity: [['linear', 'sigmoid', 'tanh', 'relu', 'leakyRelu', 'selu'], 'leakyRelu'],
			negativeSlope: ['finite', 0],
		},
		kaimingUniform: {
			mode: [['fanIn', 'fanOut'], 'fanIn'],
			nonlinearity: [['linear', 'sigmoid', 'tanh', 'relu', 'leakyRelu', 'selu'], 'leakyRelu'],
			negativeSlope: ['finite', 0],
		},
	},
	metric: {
		accuracy: {},
		binaryAccuracy: {
			threshold: ['finite', 0.5],
		},
		categoricalAccuracy: {},
		sparseCategoricalAccuracy: {},
		topKAccuracy: {
			k: ['count', 5],
		},
		precision: {
			threshold: ['finite', 0.5],
		},
		recall: {
			threshold: ['finite', 0.5],
		},
		f1: {
			threshold: ['finite', 0.5],
		},
		auc: {},
		meanAbsoluteError: {},
		meanSquaredError: {},
		rootMeanSquaredError: {},
		r2: {},
	},
	constraint: {
		none: {},
		maxNorm: {
			maxValue: ['nonNegative', 2],
			axis: ['index', 0],
		},
		unitNorm: {
			axis: ['index', 0],
		},
		nonNegative: {},
		minMaxNorm: {
			minValue: ['nonNegative', 0],
			maxValue: ['nonNegative', 1],
			rate: ['unit', 1],
			axis: ['index', 0],
		},
	},
	layer: {
		dense: {
			units: ['count', 1],
			useBias: ['flag', true],
		},
		activation: {},
		dropout: {
			rate: ['belowOne', 0.5],
		},
		gaussianNoise: {
			standardDeviation: ['nonNegative', 0.1],
		},
		prelu: {},
		maxout: {
			units: ['count', 1],
			pieces: ['count', 2],
			useBias: ['flag', true],
		},
		batchNormalization: {
			momentum: ['unit', 0.99],
			epsilon: ['nonNegative', 0.001],
			center: ['flag', true],
			scale: ['flag', true],
		},
		layerNormalization: {
			epsilon: ['nonNegative', 0.001],
			center: ['flag', true],
			scale: ['flag', true],
		},
		concatenate: {},
		add: {},
		slice: {
			start: ['index', 0],
			width: ['count', 1],
		},
		tiedDense: {
			useBias: ['flag', true],
		},
		lambda: {
			units: ['index', 0],
		},
	},
	parameter: ['kernel', 'bias', 'alpha', 'gamma', 'beta', 'movingMean', 'movingVariance'],
} as const;
