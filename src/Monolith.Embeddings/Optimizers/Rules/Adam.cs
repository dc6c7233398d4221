using Monolith.Embeddings.Kernels.Rules;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Optimizers.Rules;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// Adam (Kingma and Ba 2015, algorithm 1): m += (1 - b1)(g' - m); v += (1 - b2)(g'^2 - v); w -= lr mh / (sqrt(vh) + eps), with g' = g + wd
/// w, mh = m / (1 - b1^t) and vh = v / (1 - b2^t), where t counts this row's own steps: a rare id is corrected for its own history, not the
/// stream's.
/// </summary>
/// <remarks>
/// Nesterov (Dozat 2016): mh = b1 m / (1 - b1^(t + 1)) + (1 - b1) g' / (1 - b1^t); with a <see cref="AdamOptions.MomentumDecay"/> psi,
/// mu(t) = b1 (1 - 0.5 * 0.96^(psi t)) and their product P, mh = mu(t + 1) m / (1 - P(t + 1)) + (1 - mu(t)) g' / (1 - P(t)). AMSGrad
/// (Reddi, Kale and Kumar 2018): vh is made of the largest v so far. Decoupled, which is AdamW (Loshchilov and Hutter 2019): g' = g, and w
/// also loses lr wd w. State: m and v, with AMSGrad the largest v, one float a weight each, then t. The first step has the size lr whatever
/// the scale of the gradient, as long as that is well above eps and its square is well inside a float's range (1e-17 to 1e19). Immutable;
/// thread-safe.
/// </remarks>
public sealed class Adam : Optimizer
{
    private readonly LearningRate _rate;
    private readonly BiasCorrection _meanCorrection, _rootCorrection;
    private readonly float _coupledDecay, _decoupledDecay, _beta1, _beta2, _epsilon;
    private readonly bool _nesterov, _amsGrad, _hasAllTerms;
    private readonly MomentumSchedule? _schedule;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="options">Its options.</param>
    public Adam(AdamOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        _rate = new LearningRate(options);
        (_beta1, _beta2, _epsilon) = (options.Beta1, options.Beta2, options.Epsilon);
        (_meanCorrection, _rootCorrection) =
            (new BiasCorrection(_beta1, isOfSquares: false), new BiasCorrection(_beta2, isOfSquares: true));
        (_coupledDecay, _decoupledDecay) = options.Decoupled ? (0f, options.WeightDecay) : (options.WeightDecay, 0f);
        (_nesterov, _amsGrad, _hasAllTerms) = (options.Nesterov, options.AmsGrad, options.Nesterov || _decoupledDecay > 0);
        if (options.MomentumDecay > 0) _schedule = new MomentumSchedule(_beta1, options.MomentumDecay);
    }

    /// <inheritdoc />
    public override string Name => _amsGrad ? "amsgrad" : "adam";

    /// <inheritdoc />
    public override int StatesPerWeight => _amsGrad ? 3 : 2;

    /// <inheritdoc />
    public override int StateLength(int dimension) => StatesPerWeight * dimension + 1;

    /// <summary>t, which bfloat16 would stop counting at 256.</summary>
    /// <inheritdoc />
    public override int ExactStateLength(int dimension) => 1;

    /// <inheritdoc />
    public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state) => state.Clear();

    /// <inheritdoc />
    public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context)
    {
        var block = new BlockContext(context.Step);
        BlockLengths.Require(weights.Length, StateLength(weights.Length), weights.Length, state.Length, gradient.Length, in block);
        ContiguousRows.Update(1, weights.Length, state.Length, weights, state, gradient, new BlockUpdate(this), in block);
    }

    internal override bool ApplyRows(in SegmentRows rows, in BlockContext context)
    {
        var rate = _rate.At(context.Step);
        var step = new AdamStep(_coupledDecay, rate * _decoupledDecay, 1 - _beta1, 1 - _beta2);
        var steps = new AdamSteps(_meanCorrection, _rootCorrection, rate, _beta1, _epsilon, _nesterov, _schedule);
        if (_amsGrad && _hasAllTerms) return AdamLoop.RunRows<AmsGradTerms<AllAdamTerms>, AdamSteps>(in step, in steps, in rows);
        if (_amsGrad) return AdamLoop.RunRows<AmsGradTerms<PaperAdamTerms>, AdamSteps>(in step, in steps, in rows);
        if (_hasAllTerms) return AdamLoop.RunRows<AllAdamTerms, AdamSteps>(in step, in steps, in rows);
        return AdamLoop.RunRows<PaperAdamTerms, AdamSteps>(in step, in steps, in rows);
    }
}
