using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features;

/// <summary>Options of a <see cref="LabelTask"/>, see <see cref="FeatureSchemaBuilder.Task"/>.</summary>
public sealed class LabelTaskOptions : IValidatedOptions
{
    /// <summary>The shortest unit of delays: a millisecond.</summary>
    public static readonly TimeSpan MinDelayUnit = TimeSpan.FromMilliseconds(1);

    /// <summary>The longest unit of delays: 366 days.</summary>
    public static readonly TimeSpan MaxDelayUnit = TimeSpan.FromDays(366);

    /// <summary>
    /// How the task corrects for labels that come late. Default <see cref="FeedbackCorrection.None"/>. Any other one is part of the
    /// schema's fingerprint: trainer, metrics and replicas agree about it, or refuse one another.
    /// </summary>
    public FeedbackCorrection Correction { get; set; }

    /// <summary>
    /// The unit of time of the rates that <see cref="FeedbackCorrection.DelayModel"/> learns: the rate is exp(second logit) a unit. <see
    /// cref="MinDelayUnit"/> to <see cref="MaxDelayUnit"/>; default an hour. About the mean delay, so that the second logit begins near 0.
    /// Without effect where no delays are learned.
    /// </summary>
    public TimeSpan DelayUnit { get; set; } = TimeSpan.FromHours(1);

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Enum.IsDefined(Correction), nameof(Correction), $"{Correction} is not a correction.");
        errors.Require(DelayUnit >= MinDelayUnit && DelayUnit <= MaxDelayUnit, nameof(DelayUnit),
            $"{DelayUnit} is not between {MinDelayUnit} and {MaxDelayUnit}.");
    }
}
