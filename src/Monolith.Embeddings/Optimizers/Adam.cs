using Monolith.Embeddings.Kernels;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// Adam (Kingma and Ba 2015, algorithm 1): m += (1 - b1)(g' - m); v += (1 - b2)(g'^2 - v);
/// w -= lr m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps), with g' = g + wd w, where t counts this row's own steps: a rare id is corrected
/// for its own history, not the stream's. State: m and v, one float a weight each, then t. Immutable; thread-safe.
/// </summary>
public sealed class Adam : Optimizer
{
    private readonly LearningRate _rate;
    private readonly float _weightDecay, _beta1, _beta2, _epsilon;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="options">Its options.</param>
    public Adam(AdamOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        (_rate, _weightDecay) = (new LearningRate(options), options.WeightDecay);
        (_beta1, _beta2, _epsilon) = (options.Beta1, options.Beta2, options.Epsilon);
    }

    /// <inheritdoc />
    public override string Name => "adam";

    /// <inheritdoc />
    public override int StateLength(int dimension) => 2 * dimension + 1;

    /// <inheritdoc />
    public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state) => state.Clear();

    /// <inheritdoc />
    public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context)
    {
        // A float counts exactly to 2^24 and stays there; both corrections are 1 long before.
        var step = ++state[2 * weights.Length];
        var rule = new AdamRule(_rate.At(context.Step), _weightDecay, 1 - _beta1, 1 - _beta2, _epsilon,
            Correction(_beta1, (long)step), Correction(_beta2, (long)step));
        UpdateLoop.Run(in rule, weights, state[..weights.Length], state.Slice(weights.Length, weights.Length), gradient);
    }

    private static float Correction(float beta, long step) => (float)(1 / (1 - ExactMath.Power(beta, step)));
}
