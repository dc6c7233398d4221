using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Training.Commits;

/// <summary>
/// How a commit holds the state of a source: each section under a name of its own, and segments of one incremental section.
/// </summary>
internal static class SavedSource
{
    private const string Prefix = "source:", SegmentSection = "source";

    /// <summary>Whether a section of a commit is one of the state of a source.</summary>
    public static bool IsOfSource(string section) => section.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Whether a segment of a commit is one of the state of a source.</summary>
    public static bool IsOfSource(SnapshotSegment segment) => segment.Section == SegmentSection;

    /// <summary>Adds the sections of a state to those of a commit.</summary>
    public static void AddSections(SourceState state, Dictionary<string, ReadOnlyMemory<byte>> sections)
    {
        foreach (var (name, bytes) in state.Sections) sections.Add(Prefix + name, bytes);
    }

    /// <summary>Writes what is not written of the segments of a state, and says what the commit does to those that live.</summary>
    /// <param name="state">The state; null for none.</param>
    /// <param name="chain">Where to.</param>
    /// <param name="cancellationToken">Cancels the writing; what was written is kept for the next commit.</param>
    /// <exception cref="SnapshotException">The store failed.</exception>
    public static async Task<(IReadOnlyList<SnapshotSegment> Appended, IReadOnlyList<SnapshotSegment> Dropped)> SaveSegmentsAsync(
        SourceState? state, SnapshotChain chain, CancellationToken cancellationToken)
    {
        var kept = new HashSet<SnapshotSegment>();
        foreach (var segment in state?.Segments ?? [])
            kept.Add(await segment.SaveAsync(chain, SegmentSection, cancellationToken).ConfigureAwait(false));
        var living = chain.Segments.Where(segment => segment.Section == SegmentSection).ToHashSet();
        return ([.. kept.Where(segment => !living.Contains(segment))], [.. living.Where(segment => !kept.Contains(segment))]);
    }

    /// <summary>The state that a commit holds; empty where it has none.</summary>
    public static SourceState Of(RestoredSnapshot restored, SnapshotStore store)
    {
        var state = new SourceState();
        foreach (var (name, bytes) in restored.Sections)
        {
            if (IsOfSource(name)) state.Add(name[Prefix.Length..], bytes.ToArray());
        }
        foreach (var saved in restored.Segments.Where(segment => segment.Section == SegmentSection))
        {
            state.Keep(SourceSegment.Of(
                saved, cancellationToken => SegmentFile.OpenBytesAsync(store, restored.Chain, saved, cancellationToken)));
        }
        return state;
    }
}
