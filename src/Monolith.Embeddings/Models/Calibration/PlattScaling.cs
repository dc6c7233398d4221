using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models.Calibration;

/// <summary>
/// Corrects the logits of one task to a x + b (Platt 1999), learned as the stream goes on: one damped Newton step a batch on the decaying
/// sum of losses. It begins at a = 1, b = 0, is pulled there where little is known, and no batch moves it far. Not thread-safe.
/// </summary>
internal sealed class PlattScaling
{
    // The pull to (1, 0), in units of the curvature p (1 - p) of an example: 20 are 80 examples at p = 1/2, and 2,000 at p = 1/100.
    private const double Prior = 20;
    private const double MaxSlopeStep = 0.1, MaxInterceptStep = 0.5;
    private const double MinSlope = 0.1, MaxSlope = 10, MaxIntercept = 10;

    /// <summary>Beyond, a logit is learned from as this one: a probability of a ten-millionth, whose label may be wrong.</summary>
    private const double MaxLogit = 16;

    private double _slope = 1, _intercept;

    // The decaying sums of curvatures: of x^2, x and 1.
    private double _square, _cross, _count;

    // Of the batch that is being learned.
    private double _slopeGradient, _interceptGradient, _newSquare, _newCross, _newCount, _weight;

    /// <summary>a.</summary>
    public double Slope => _slope;

    /// <summary>b.</summary>
    public double Intercept => _intercept;

    /// <summary>The corrected logit; what is not finite stays as it is.</summary>
    public float Apply(float logit)
    {
        if (!float.IsFinite(logit)) return logit;
        return (float)Math.Clamp(_slope * logit + _intercept, -float.MaxValue, float.MaxValue);
    }

    /// <summary>Adds an example of the batch.</summary>
    /// <typeparam name="TRule">What its label means.</typeparam>
    /// <param name="logit">The model's logit, finite.</param>
    /// <param name="offset">What is added to a logit in training.</param>
    /// <param name="label">0 to 1.</param>
    /// <param name="weight">How much it counts.</param>
    public void Add<TRule>(float logit, float offset, float label, float weight)
        where TRule : struct, IFeedbackRule
    {
        var x = Math.Clamp(logit, -MaxLogit, MaxLogit);
        var corrected = _slope * x + _intercept;
        var gradient = weight * TRule.Gradient(corrected, offset, label);
        // As the models leave such a row out.
        if (!(Math.Abs(gradient) <= 1e9)) return;
        var p = Logistic.Sigmoid(corrected + offset);
        var curvature = weight * p * (1 - p);
        _slopeGradient += gradient * x;
        _interceptGradient += gradient;
        _newSquare += curvature * x * x;
        _newCross += curvature * x;
        _newCount += curvature;
        _weight += weight;
    }

    /// <summary>Learns from what was added.</summary>
    /// <param name="memory">What was learned decays by a factor of e over examples of this weight.</param>
    public void Step(double memory)
    {
        if (_weight > 0) StepBy(memory / (memory + _weight));
        _slopeGradient = _interceptGradient = _newSquare = _newCross = _newCount = _weight = 0;
    }

    public void Save(FieldWriter fields)
    {
        fields.Double(_slope);
        fields.Double(_intercept);
        fields.Double(_square);
        fields.Double(_cross);
        fields.Double(_count);
    }

    /// <exception cref="FormatException">These are not the bytes of a correction.</exception>
    public static PlattScaling Load(ref FieldReader fields)
    {
        var loaded = new PlattScaling
        {
            _slope = fields.Double(),
            _intercept = fields.Double(),
            _square = fields.Double(),
            _cross = fields.Double(),
            _count = fields.Double(),
        };
        if (loaded is { _slope: >= MinSlope and <= MaxSlope, _intercept: >= -MaxIntercept and <= MaxIntercept, HasCurvature: true })
            return loaded;
        throw new FormatException($"A correction has the slope {loaded._slope:R} and the intercept {loaded._intercept:R}.");
    }

    private bool HasCurvature =>
        double.IsFinite(_square) && _square >= 0 && double.IsFinite(_cross) && double.IsFinite(_count) && _count >= 0;

    private void StepBy(double decay)
    {
        (_square, _cross, _count) = (decay * _square + _newSquare, decay * _cross + _newCross, decay * _count + _newCount);
        // The pull compensates for its own decay, so that without news the correction goes back to (1, 0).
        var pull = Prior * (1 - decay);
        var (slope, intercept) = (_slopeGradient + pull * (_slope - 1), _interceptGradient + pull * _intercept);
        var (square, count) = (_square + Prior, _count + Prior);
        var determinant = square * count - _cross * _cross;
        if (!(determinant > 0) || !double.IsFinite(determinant)) return;
        var slopeStep = (count * slope - _cross * intercept) / determinant;
        var interceptStep = (square * intercept - _cross * slope) / determinant;
        _slope = Math.Clamp(_slope - Math.Clamp(slopeStep, -MaxSlopeStep, MaxSlopeStep), MinSlope, MaxSlope);
        _intercept = Math.Clamp(_intercept - Math.Clamp(interceptStep, -MaxInterceptStep, MaxInterceptStep), -MaxIntercept, MaxIntercept);
    }
}
