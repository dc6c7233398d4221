namespace OptimizerRatios.Flat;

/// <summary>Rows one after the other: weights [n, dimension], state [n, state length], gradients [n, dimension].</summary>
internal readonly unsafe struct FlatRows(float* weights, float* state, float* gradients, int count, int dimension, int stateLength)
{
    public int Count => count;

    public int Dimension => dimension;

    /// <summary>The first weight of all; for rules that know no rows.</summary>
    public float* Weights => weights;

    public float* State => state;

    public float* Gradients => gradients;

    public int Length => count * dimension;

    public float* WeightsOf(int row) => weights + row * dimension;

    public float* StateOf(int row) => state + row * stateLength;

    public float* GradientOf(int row) => gradients + row * dimension;
}
