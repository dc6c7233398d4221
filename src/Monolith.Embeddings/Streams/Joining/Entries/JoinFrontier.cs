namespace Monolith.Embeddings.Streams.Joining.Entries;

/// <summary>
/// How far a joiner has come: everything up to a time is processed, and some of what is emitted at that time is handed out.
/// </summary>
/// <param name="Time">The time, in Unix milliseconds; <see cref="long.MinValue"/> before the first record.</param>
/// <param name="Emitted">How many emissions of that millisecond are in batches.</param>
/// <param name="Forgotten">
/// How many of these are of impressions that were forgotten since: a position keeps its number, and no two batches have one.
/// </param>
internal readonly record struct JoinFrontier(long Time, int Emitted, int Forgotten = 0)
{
    /// <summary>Nothing is processed yet.</summary>
    public static JoinFrontier Start => new(long.MinValue, 0);
}
