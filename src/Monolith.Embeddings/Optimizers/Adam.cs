using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// Adam (Kingma and Ba 2015, algorithm 1): m += (1 - b1)(g' - m); v += (1 - b2)(g'^2 - v); w -= lr mh / (sqrt(vh) + eps), with g' = g + wd w,
/// mh = m / (1 - b1^t) and vh = v / (1 - b2^t), where t counts this row's own steps: a rare id is corrected for its own history, not the stream's.
/// </summary>
/// <remarks>
/// Nesterov (Dozat 2016): mh = b1 m / (1 - b1^(t + 1)) + (1 - b1) g' / (1 - b1^t). AMSGrad (Reddi, Kale and Kumar 2018): vh is made of the largest v so far. Decoupled, which
/// is AdamW (Loshchilov and Hutter 2019): g' = g, and w also loses lr wd w. State: m and v, with AMSGrad the largest v, one float a weight each, then t.
/// The first step has the size lr whatever the scale of the gradient, as long as that is well above eps and its square is well inside a float's range
/// (1e-17 to 1e19). Immutable; thread-safe.
/// </remarks>
public sealed class Adam : Optimizer
{
    private readonly LearningRate _rate;
    private readonly BiasCorrection _meanCorrection, _rootCorrection;
    private readonly float _coupledDecay, _decoupledDecay, _beta1, _beta2, _epsilon;
    private readonly bool _nesterov, _amsGrad;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="options">Its options.</param>
    public Adam(AdamOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        _rate = new LearningRate(options);
        (_beta1, _beta2, _epsilon) = (options.Beta1, options.Beta2, options.Epsilon);
        (_meanCorrection, _rootCorrection) = (new BiasCorrection(_beta1, isOfSquares: false), new BiasCorrection(_beta2, isOfSquares: true));
        (_coupledDecay, _decoupledDecay) = options.Decoupled ? (0f, options.WeightDecay) : (options.WeightDecay, 0f);
        (_nesterov, _amsGrad) = (options.Nesterov, options.AmsGrad);
    }

    /// <inheritdoc />
    public override string Name => _amsGrad ? "amsgrad" : "adam";

    private int StatesPerWeight => _amsGrad ? 3 : 2;

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
        var rate = _rate.At(context.Step);
        var constants = Constants(rate);
        CountStep(ref constants, state, rate);
        var first = state[..weights.Length];
        var second = state.Slice(weights.Length, weights.Length);
        if (_amsGrad) UpdateLoop.Run(new AmsGradRule(constants), weights, first, second, state.Slice(2 * weights.Length, weights.Length), gradient);
        else UpdateLoop.Run(new AdamRule(constants), weights, first, second, gradient);
    }

    internal override void ApplyRows(in SegmentRows rows, ReadOnlySpan<RowStep> contexts)
    {
        var rate = _rate.At(contexts[0].Step);
        if (_amsGrad) ApplyAmsGrad(in rows, rate);
        else ApplyAdam(in rows, rate);
    }

    private void ApplyAdam(in SegmentRows rows, float rate)
    {
        var rule = new AdamRule(Constants(rate));
        for (var row = 0; row < rows.Count; row++)
        {
            CountStep(ref rule.Constants, rows.State(row), rate);
            UpdateLoop.RunRowTwoState(in rule, in rows, row);
        }
    }

    private void ApplyAmsGrad(in SegmentRows rows, float rate)
    {
        var rule = new AmsGradRule(Constants(rate));
        for (var row = 0; row < rows.Count; row++)
        {
            CountStep(ref rule.Constants, rows.State(row), rate);
            UpdateLoop.RunRowThreeState(in rule, in rows, row);
        }
    }

    /// <summary>What is the same for all rows of a step.</summary>
    private AdamStep Constants(float rate) => new(_coupledDecay, rate * _decoupledDecay, 1 - _beta1, 1 - _beta2);

    /// <summary>Counts a row's step, and sets what depends on their number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CountStep(ref AdamStep constants, Span<float> state, float rate)
    {
        // A float counts exactly to 2^24 and stays there; for a b2 of up to 0.999999 both corrections are 1 by then.
        var t = float.ConvertToIntegerNative<int>(++state[^1]);
        var root = _rootCorrection.At(t);
        constants.Epsilon = _epsilon * root;
        constants.MeanFactor = rate * root * (_nesterov ? _beta1 * _meanCorrection.At(t + 1) : _meanCorrection.At(t));
        constants.GradientFactor = _nesterov ? rate * root * ((1 - _beta1) * _meanCorrection.At(t)) : 0;
    }
}
