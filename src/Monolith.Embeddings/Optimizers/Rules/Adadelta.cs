using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Rules;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// Adadelta (Zeiler 2012): g' = g + wd w; a = rho a + (1 - rho) g'^2; u = sqrt(d + eps) / sqrt(a + eps) g'; w -= lr u; d = rho d + (1 -
/// rho) u^2. State: a and d, one float a weight each, from 0. Immutable; thread-safe.
/// </summary>
public sealed class Adadelta : Optimizer
{
    private readonly LearningRate _rate;
    private readonly float _weightDecay, _decay, _epsilon;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="options">Its options.</param>
    public Adadelta(AdadeltaOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        _rate = new LearningRate(options);
        (_weightDecay, _decay, _epsilon) = (options.WeightDecay, options.Decay, options.Epsilon);
    }

    /// <inheritdoc />
    public override string Name => "adadelta";

    /// <inheritdoc />
    public override int StateLength(int dimension) => 2 * dimension;

    /// <inheritdoc />
    public override int StatesPerWeight => 2;

    /// <inheritdoc />
    public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state) => state.Clear();

    /// <inheritdoc />
    public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context) =>
        UpdateLoop.Run(RuleAt(context.Step), weights, state[..weights.Length], state[weights.Length..], gradient);

    internal override bool ApplyRows(in SegmentRows rows, in BlockContext context) =>
        UpdateLoop.RunRowsTwoState(RuleAt(context.Step), in rows);

    private AdadeltaRule RuleAt(long step) => new(_rate.At(step), _weightDecay, _decay, _epsilon);
}
