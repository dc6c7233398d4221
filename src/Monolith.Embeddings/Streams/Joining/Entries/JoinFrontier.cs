namespace Monolith.Embeddings.Streams.Joining.Entries;

/// <summary>
/// How far a joiner has come: everything up to a time is processed, and some of what is emitted at that time is handed out.
/// </summary>
/// <param name="Time">The time, in Unix milliseconds; <see cref="long.MinValue"/> before the first record.</param>
/// <param name="Emitted">How many emissions of that millisecond are in batches.</param>
internal readonly record struct JoinFrontier(long Time, int Emitted)
{
    /// <summary>Nothing is processed yet.</summary>
    public static JoinFrontier Start => new(long.MinValue, 0);
}
