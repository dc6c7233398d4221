namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>A place in a partition, and what decides there about the records that follow.</summary>
/// <param name="Log">The place in its log.</param>
/// <param name="Number">How many records come before it.</param>
/// <param name="Greatest">The greatest event time before it; <see cref="long.MinValue"/> where there is none.</param>
/// <param name="Late">How many records before it were late.</param>
/// <param name="FarAhead">How many records before it were dropped since nothing confirmed their times.</param>
/// <param name="Era">The least time with which its times last leapt, or began.</param>
/// <param name="Leap">How many records came before that; far below zero where others confirm it.</param>
/// <param name="Floor">What was processed when its times were last set back: nothing up to then is taken.</param>
internal readonly record struct PartitionPlace(
    LogPosition Log, long Number, long Greatest, long Late, long FarAhead, long Era, long Leap, long Floor)
{
    /// <summary>No leap that matters.</summary>
    public const long NoLeap = long.MinValue / 2;

    /// <summary>The start of a log.</summary>
    public static PartitionPlace Start => new(default, 0, long.MinValue, 0, 0, long.MinValue, NoLeap, long.MinValue);
}
