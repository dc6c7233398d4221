// docs/extending.md shows what stands between the two marks, to the letter; ExtendingPageTests holds that.
// <page>
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Validation;

/// <summary>Lion (Chen et al. 2023): w -= lr (sign(b1 m + (1 - b1) g) + wd w); m = b2 m + (1 - b2) g.</summary>
public sealed class LionOptions : OptimizerOptions
{
    public float Beta1 { get; set; } = 0.9f;

    public float Beta2 { get; set; } = 0.99f;

    public float WeightDecay { get; set; }

    public override Optimizer Create() => new Lion(this);

    public override void CollectErrors(OptionErrors errors)
    {
        base.CollectErrors(errors);
        errors.InRange(nameof(Beta1), Beta1, 0, 1);
        errors.InRange(nameof(Beta2), Beta2, 0, 1);
        errors.InRange(nameof(WeightDecay), WeightDecay, 0);
    }
}

public sealed class Lion(LionOptions options) : Optimizer
{
    private readonly float _rate = options.LearningRate, _beta1 = options.Beta1, _beta2 = options.Beta2, _decay = options.WeightDecay;

    public override string Name => "lion";

    public override int StateLength(int dimension) => dimension;

    public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state) => state.Clear();

    public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            var direction = MathF.Sign(_beta1 * state[i] + (1 - _beta1) * gradient[i]);
            weights[i] -= _rate * (direction + _decay * weights[i]);
            state[i] = _beta2 * state[i] + (1 - _beta2) * gradient[i];
        }
    }
}
// </page>
