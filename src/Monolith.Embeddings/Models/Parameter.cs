using Monolith.Embeddings.Kernels;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models;

/// <summary>A matrix of dense weights with its gradient and its optimizer's state.</summary>
internal sealed class Parameter
{
    private readonly Optimizer _optimizer;

    /// <summary>Creates a matrix of zeros; set its weights, then call <see cref="InitializeState"/>.</summary>
    /// <exception cref="ArgumentException">The optimizer has a name that no file can hold.</exception>
    public Parameter(int rows, int columns, Optimizer optimizer)
    {
        (Rows, Columns, _optimizer) = (rows, columns, optimizer);
        OptimizerName = StoredNames.Require(optimizer.Name,
            $"optimizer {optimizer.GetType().Name} of the dense weights", StoredLimits.ModelNameBytes);
        Weights = new float[rows * columns];
        Gradient = new float[Weights.Length];
        State = new float[optimizer.StateLength(Weights.Length)];
    }

    public int Rows { get; }

    public int Columns { get; }

    public string OptimizerName { get; }

    /// <summary>[<see cref="Rows"/>, <see cref="Columns"/>], row-major.</summary>
    public float[] Weights { get; }

    public float[] State { get; }

    /// <summary>The gradient of the batch that is being learned from, as <see cref="Weights"/>.</summary>
    public float[] Gradient { get; }

    /// <summary>Whether all weights and all numbers of their state are finite.</summary>
    public bool IsFinite =>
        FiniteCheck.AllFinite(Weights) && FiniteCheck.AllFinite(State.AsSpan(0, State.Length - _optimizer.NotNumbers(Weights.Length)));

    public bool HasFiniteGradient => FiniteCheck.AllFinite(Gradient);

    /// <summary>The sum of the squares of <see cref="Gradient"/>.</summary>
    public double SquaredGradientNorm => SquaredNorm.Of(Gradient);

    public void ScaleGradient(double factor) => PreciseScale.Run(Gradient, factor, Gradient);

    public void InitializeState() => _optimizer.InitializeState(Weights, State);

    public void Apply(in OptimizerContext context) => _optimizer.Apply(Weights, State, Gradient, in context);
}
