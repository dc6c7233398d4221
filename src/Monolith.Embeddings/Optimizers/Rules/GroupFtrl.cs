using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Rules;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// FTRL-Proximal with one accumulator for a whole row and a group penalty that makes whole rows exactly zero (Ni et al. 2019): n1 = n + max
/// g^2; z += g - (sqrt n1 - sqrt n) / lr w; w = 0 where norm(z) is at most l1 sqrt D, else -(1 - l1 sqrt D / norm(z)) z / ((beta + sqrt n1)
/// / lr + l2). State: z, one float a weight, then n. A row of first weights w0 starts at z = -w0 (beta + sqrt n) / lr, as in
/// <see cref="Ftrl"/>. The rule holds for a constant learning rate. Immutable; thread-safe.
/// </summary>
public sealed class GroupFtrl : Optimizer
{
    private readonly GroupFtrlRule _rule;
    private readonly float _initialAccumulator, _beta, _learningRate;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="options">Its options.</param>
    public GroupFtrl(GroupFtrlOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        _rule = new GroupFtrlRule(options.LearningRate, options.Beta, options.L1, options.L2);
        (_initialAccumulator, _beta, _learningRate) = (options.InitialAccumulator, options.Beta, options.LearningRate);
    }

    /// <inheritdoc />
    public override string Name => "group-ftrl";

    /// <inheritdoc />
    public override int StateLength(int dimension) => dimension + 1;

    /// <inheritdoc />
    public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state)
    {
        state[weights.Length] = _initialAccumulator;
        WeightsMoved(weights, state);
    }

    /// <summary>Sets z so that the rule is centred at the weights as they are, whatever n has become.</summary>
    /// <inheritdoc />
    public override void WeightsMoved(ReadOnlySpan<float> weights, Span<float> state)
    {
        var scale = (_beta + MathF.Sqrt(state[weights.Length])) / _learningRate;
        for (var i = 0; i < weights.Length; i++) state[i] = -weights[i] * scale;
    }

    /// <inheritdoc />
    public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context) =>
        RowLoop.Run(in _rule, weights, state, gradient);

    internal override bool ApplyRows(in SegmentRows rows, in BlockContext context) => RowLoop.RunRows(in _rule, in rows);
}
