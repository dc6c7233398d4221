namespace Monolith.Embeddings.Snapshots.Forgetting;

/// <summary>An id that was forgotten, as the list keeps it. Immutable.</summary>
/// <param name="Hash">The keyed hash of the id.</param>
/// <param name="Until">
/// Events up to this time, in milliseconds since the Unix epoch, do not count; <see cref="ForEver"/>: none ever does.
/// </param>
/// <param name="Generation">
/// The list's number when it was forgotten the last time, from 1: commits say up to which number they have no row of such an id.
/// </param>
internal readonly record struct SuppressedId(UInt128 Hash, long Until, long Generation)
{
    public const long ForEver = long.MaxValue;

    /// <summary>This id as two lists have it: of each the later counts.</summary>
    public SuppressedId Join(SuppressedId other) =>
        this with { Until = Math.Max(Until, other.Until), Generation = Math.Max(Generation, other.Generation) };
}
