using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Features;

/// <summary>
/// How an example was shown when it was served, where that is known: what evaluating another policy on these examples, or comparing two
/// variants, needs later. A model learns from <see cref="Position"/> where its schema has a slot of places (<see
/// cref="FeatureSchemaBuilder.Position"/>), and from nothing else of it. The default says nothing. Immutable.
/// </summary>
public readonly record struct ServedAs
{
    /// <summary>
    /// Its place in what was shown, from 1 at the top; 0 (the default) where it is not known. Where it is known, it is the id of each slot
    /// that <see cref="FeatureSchemaBuilder.Position"/> made, in place of what was written there.
    /// </summary>
    public int Position { get; init; }

    /// <summary>
    /// The probability with which the policy that served it chose it, more than 0 and at most 1; 0 (the default) where it is not known.
    /// </summary>
    public float Probability { get; init; }

    /// <summary>The arm of the experiment that it was served under, by the application's own numbers; 0 (the default) for none.</summary>
    public int Arm { get; init; }

    /// <summary>The version of the model that predicted it: for example a commit's number; 0 (the default) where it is not known.</summary>
    public long ModelVersion { get; init; }

    /// <summary>Why it cannot be; null where it can.</summary>
    internal string? Problem => this switch
    {
        { Position: < 0 } => $"The position is {Position}; it is 1 at the top, or 0 where it is not known.",
        { Probability: not (>= 0 and <= 1) } =>
            $"The probability is {Probability:R}; it is more than 0 and at most 1, or 0 where it is not known.",
        _ => null,
    };

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(ServedAs), PrintMembers);
}
