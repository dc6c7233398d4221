using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Kernels.Matrices;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>One map x W + b; the activation is the network's.</summary>
internal sealed class DenseLayer
{
    private const float DrawStep = 1f / (1 << 24);

    private readonly float[] _transposed;
    private readonly int _backwardInputs;

    /// <param name="name">The name of W and b.</param>
    /// <param name="inputs">The width of x.</param>
    /// <param name="outputs">The width of the result.</param>
    /// <param name="backwardInputs">How many of the inputs, from the first, need a gradient.</param>
    /// <param name="optimizer">How W and b learn.</param>
    public DenseLayer(string name, int inputs, int outputs, int backwardInputs, Optimizer optimizer)
    {
        (Inputs, Outputs, _backwardInputs) = (inputs, outputs, backwardInputs);
        Parameter = new Parameter(name, inputs + 1, outputs, optimizer);
        _transposed = new float[backwardInputs * outputs];
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>W, [inputs, outputs], then b as one more row.</summary>
    public Parameter Parameter { get; }

    /// <summary>Draws W evenly from [-limit, limit] by element and key alone; b starts at 0.</summary>
    public void Initialize(ulong key, float limit)
    {
        var weights = Parameter.Weights.AsSpan(0, Inputs * Outputs);
        for (var i = 0; i < weights.Length; i++) weights[i] = ((KeyMixer.Draw(key, (ulong)i) >> 40) * DrawStep * 2 - 1) * limit;
        Parameter.InitializeState();
    }

    /// <summary>Sets every row of <paramref name="output"/> to b.</summary>
    public void FillBias(Matrix output) => DenseRows.FillBias(output, Parameter.Weights.AsSpan(Inputs * Outputs));

    /// <summary>Adds x W, for the inputs from <paramref name="firstInput"/> on.</summary>
    public void AddProduct(ReadOnlyMatrix x, int firstInput, Matrix output)
    {
        var weights = new ReadOnlyMatrix(Parameter.Weights.AsSpan(firstInput * Outputs), x.Columns, Outputs);
        MatrixProduct.Multiply(x, weights, output, accumulate: true);
    }

    /// <summary>Copies W for the way back; once a batch, before <see cref="Backward"/>.</summary>
    public void Transpose() =>
        Transposition.Copy(new ReadOnlyMatrix(Parameter.Weights, _backwardInputs, Outputs), _transposed);

    /// <summary>The gradient of the inputs that need one: the outputs' times W transposed.</summary>
    public void Backward(ReadOnlyMatrix outputGradient, Matrix inputGradient, bool accumulate) =>
        MatrixProduct.Multiply(outputGradient, new ReadOnlyMatrix(_transposed, Outputs, _backwardInputs), inputGradient, accumulate);

    /// <summary>The gradient of some rows of W, to be written.</summary>
    public Matrix WeightGradient(int firstInput, int count) =>
        new(Parameter.Gradient.AsSpan(firstInput * Outputs, count * Outputs), count, Outputs);
}
