using Monolith.Embeddings.Features;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// Which examples <see cref="Subsampling.Subsampled"/> keeps. The probability pi with which an example is kept is a fixed rate for each
/// class of the task's label; or, for negatives, <see cref="Negatives"/> of the example; or what a <see cref="Pilot"/> says.
/// </summary>
public sealed class SubsamplingOptions : IValidatedOptions
{
    /// <summary>The smallest rate and bound: one in a million.</summary>
    public const double SmallestRate = 1e-6;

    /// <summary>The greatest <see cref="PilotScale"/>: a million.</summary>
    public const double LargestScale = 1e6;

    /// <summary>
    /// The task whose labels say what a negative is, and whose logit is corrected: one of the source's schema. Needed.
    /// </summary>
    public LabelTask? Task { get; set; }

    /// <summary>
    /// What decisions depend on beside the example: two samplers with different seeds decide independently. Default 0. Two samplers in one
    /// stream need different ones.
    /// </summary>
    public ulong Seed { get; set; }

    /// <summary>
    /// The probability with which a negative is kept, <see cref="SmallestRate"/> to 1. Default 1: all. Beside <see cref="Negatives"/> or
    /// <see cref="Pilot"/>, the uniform part.
    /// </summary>
    public double NegativeRate { get; set; } = 1;

    /// <summary>The probability with which a positive is kept, <see cref="SmallestRate"/> to 1. Default 1: all.</summary>
    public double PositiveRate { get; set; } = 1;

    /// <summary>Gives pi(x) of each negative; null (the default) for the uniform rate. Not together with <see cref="Pilot"/>.</summary>
    public KeepProbability? Negatives { get; set; }

    /// <summary>
    /// Predicts p(x), so that pi of a negative is <see cref="PilotScale"/> p(x); null (the default) for none. Negatives that the pilot
    /// takes for positives are worth most.
    /// </summary>
    public PilotPrediction? Pilot { get; set; }

    /// <summary>
    /// Whether the pilot decides about positives too, by |y - p(x)| (local case-control, Fithian and Hastie 2014): pi of a positive is
    /// <see cref="PilotScale"/> (1 - p(x)). Default false: positives are kept by <see cref="PositiveRate"/>.
    /// </summary>
    public bool LocalCaseControl { get; set; }

    /// <summary>
    /// What the pilot's probabilities are multiplied by, more than 0 and at most <see cref="LargestScale"/>. Default 1: of a calibrated
    /// pilot about as many negatives are kept as there are positives; twice as many for 2.
    /// </summary>
    public double PilotScale { get; set; } = 1;

    /// <summary>
    /// How much the uniform rate counts beside <see cref="Negatives"/> or <see cref="Pilot"/>, 0 to 1: pi = share x rate + (1 - share) x
    /// what they say, within the bounds. Default 0.
    /// </summary>
    public double UniformShare { get; set; }

    /// <summary>
    /// The least pi that <see cref="Negatives"/> or <see cref="Pilot"/> come to, <see cref="SmallestRate"/> to 1; default 0.001. What is
    /// rarely kept stands for many when it is.
    /// </summary>
    public double Floor { get; set; } = 0.001;

    /// <summary>The greatest pi that they come to, <see cref="Floor"/> to 1. Default 1.</summary>
    public double Ceiling { get; set; } = 1;

    /// <summary>How training corrects for what is dropped. Default <see cref="SubsamplingCorrection.LogitOffset"/>.</summary>
    public SubsamplingCorrection Correction { get; set; }

    /// <summary>
    /// The slots whose ids are part of an example's key, beside its request id and event time; null (the default) for all of the schema.
    /// Name those that say which event it is, where others (a user's history) may differ between two streams of the same events.
    /// </summary>
    public IReadOnlyList<FeatureSlot>? KeySlots { get; set; }

    /// <summary>
    /// Examples a batch, 1 to 65,536. Default 64. Batches are filled with what is kept of as many of the source's as it takes.
    /// </summary>
    public int BatchSize { get; set; } = 64;

    /// <summary>
    /// How long a batch that was begun may wait to be full, more than zero and at most a day: for live streams, whose own delay ends at the
    /// sampler. Null (the default) waits for full batches. Where the clock cuts batches, the source is not deterministic.
    /// </summary>
    public TimeSpan? MaxDelay { get; set; }

    /// <summary>
    /// Whether <see cref="Negatives"/> and <see cref="Pilot"/> say the same of an example each time. Default true; false for a pilot that
    /// goes on learning, which makes the source one that is not deterministic.
    /// </summary>
    public bool IsDeterministic { get; set; } = true;

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Task is not null, nameof(Task), "is null; name the task whose negatives are sampled.");
        errors.InRange(nameof(NegativeRate), NegativeRate, SmallestRate, 1);
        errors.InRange(nameof(PositiveRate), PositiveRate, SmallestRate, 1);
        errors.Require(Negatives is null || Pilot is null, nameof(Pilot), $"stands beside {nameof(Negatives)}; set one of them.");
        errors.Require(!LocalCaseControl || Pilot is not null, nameof(LocalCaseControl), $"needs a {nameof(Pilot)}.");
        errors.GreaterThan(nameof(PilotScale), PilotScale, 0);
        errors.InRange(nameof(PilotScale), PilotScale, double.MinValue, LargestScale);
        errors.InRange(nameof(UniformShare), UniformShare, 0, 1);
        errors.InRange(nameof(Floor), Floor, SmallestRate, 1);
        errors.InRange(nameof(Ceiling), Ceiling, SmallestRate, 1);
        errors.Require(!(Ceiling < Floor), nameof(Ceiling), $"{Ceiling:R} is less than the {nameof(Floor)}, {Floor:R}.");
        errors.Require(Enum.IsDefined(Correction), nameof(Correction), $"{Correction} is not a correction.");
        errors.InRange(nameof(BatchSize), BatchSize, 1, RecordOptions<int>.MaxBatchSize);
        errors.Require(MaxDelay is null || (MaxDelay > TimeSpan.Zero && MaxDelay <= RecordOptions<int>.LongestDelay), nameof(MaxDelay),
            $"{MaxDelay} is not more than zero and at most {RecordOptions<int>.LongestDelay}; null waits for full batches.");
    }

    internal SubsamplingOptions Copy()
    {
        var copy = (SubsamplingOptions)MemberwiseClone();
        copy.KeySlots = KeySlots is null ? null : [.. KeySlots];
        return copy;
    }
}
