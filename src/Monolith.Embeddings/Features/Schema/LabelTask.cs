using System.Diagnostics;
using Monolith.Embeddings.Kernels.Functions;

namespace Monolith.Embeddings.Features;

/// <summary>One thing to predict, with a label of its own in each example. Immutable; thread-safe.</summary>
[DebuggerDisplay("{Name}")]
public sealed class LabelTask
{
    internal LabelTask(int index, string name, LabelTaskOptions options)
    {
        (Index, Name, Correction, DelayUnit) = (index, name, options.Correction, options.DelayUnit);
    }

    /// <summary>The position in <see cref="FeatureSchema.Tasks"/>.</summary>
    public int Index { get; }

    /// <summary>The name, unique in the schema.</summary>
    public string Name { get; }

    /// <summary>How it corrects for labels that come late.</summary>
    public FeedbackCorrection Correction { get; }

    /// <summary>The unit of time of learned delays, see <see cref="LabelTaskOptions.DelayUnit"/>.</summary>
    public TimeSpan DelayUnit { get; }

    /// <summary>What a message or a description says of it.</summary>
    internal string Description => Correction switch
    {
        FeedbackCorrection.None => Name,
        FeedbackCorrection.DelayModel => $"{Name} ({Correction}, in units of {DelayUnit})",
        _ => $"{Name} ({Correction})",
    };

    /// <summary>
    /// The probability that replicas serve for a logit: sigmoid(logit), or min(1, exp(logit)) with <see
    /// cref="FeedbackCorrection.FakeNegativeCalibration"/>. NaN for NaN.
    /// </summary>
    /// <param name="logit">A logit of the model for this task, without an offset.</param>
    public float Probability(float logit) =>
        Correction == FeedbackCorrection.FakeNegativeCalibration ? FakeNegatives.Calibrated(logit) : Logistic.Sigmoid(logit);

    /// <summary>
    /// A logit that <see cref="Probability"/> makes this of: at most 16 from 0, beyond which a probability of single precision says little.
    /// </summary>
    /// <param name="probability">0 to 1.</param>
    internal float LogitOf(float probability)
    {
        const double least = 1.1253516205509499e-7;
        var p = Math.Clamp(probability, least, 1 - least);
        if (Correction != FeedbackCorrection.FakeNegativeCalibration) return (float)ExactMath.Log(p / (1 - p));
        return probability >= 1 ? 0 : (float)ExactMath.Log(p);
    }

    /// <summary>Whether another task is the same, in a schema like this one's.</summary>
    internal bool Matches(LabelTask other) =>
        ReferenceEquals(this, other) || (Index == other.Index && Name == other.Name && HasSameMeaning(other));

    private bool HasSameMeaning(LabelTask other) =>
        Correction == other.Correction && (Correction != FeedbackCorrection.DelayModel || DelayUnit == other.DelayUnit);
}
