using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Rules;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// FTRL-Proximal, per coordinate (McMahan et al. 2013, algorithm 1): n1 = n + g^2; z += g - (sqrt n1 - sqrt n) / lr w;
/// w = 0 where |z| is at most l1, else (sign(z) l1 - z) / ((beta + sqrt n1) / lr + l2). State: n and z, one float a weight each.
/// A row of first weight w0 starts at z = -w0 (beta + sqrt n) / lr, without l1 and l2, which centres the regularisation's path at w0.
/// The rule holds for a constant learning rate. Immutable; thread-safe.
/// </summary>
public sealed class Ftrl : Optimizer
{
    private readonly FtrlRule _rule;
    private readonly float _initialAccumulator, _beta, _learningRate;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="options">Its options.</param>
    public Ftrl(FtrlOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        _rule = new FtrlRule(options.LearningRate, options.Beta, options.L1, options.L2);
        _initialAccumulator = options.InitialAccumulator;
        (_beta, _learningRate) = (options.Beta, options.LearningRate);
    }

    /// <inheritdoc />
    public override string Name => "ftrl";

    /// <inheritdoc />
    public override int StateLength(int dimension) => 2 * dimension;

    /// <inheritdoc />
    public override int StatesPerWeight => 2;

    /// <inheritdoc />
    public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state)
    {
        state[..weights.Length].Fill(_initialAccumulator);
        WeightsMoved(weights, state);
    }

    /// <summary>Sets z so that the rule is centred at the weights as they are, whatever n has become.</summary>
    /// <inheritdoc />
    public override void WeightsMoved(ReadOnlySpan<float> weights, Span<float> state)
    {
        for (var i = 0; i < weights.Length; i++)
            state[weights.Length + i] = -weights[i] * ((_beta + MathF.Sqrt(state[i])) / _learningRate);
    }

    /// <inheritdoc />
    public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context) =>
        UpdateLoop.Run(in _rule, weights, state[..weights.Length], state[weights.Length..], gradient);

    internal override bool ApplyRows(in SegmentRows rows, in BlockContext context) => UpdateLoop.RunRowsTwoState(in _rule, in rows);
}
