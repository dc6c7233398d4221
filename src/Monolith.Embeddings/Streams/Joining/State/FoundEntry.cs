using Monolith.Embeddings.Streams.Joining.Entries;

namespace Monolith.Embeddings.Streams.Joining.State;

/// <summary>An entry of the journal that has the key that was looked for.</summary>
/// <param name="Offset">Its place.</param>
/// <param name="Head">Its head.</param>
internal readonly record struct FoundEntry(long Offset, JoinEntryHead Head)
{
    /// <summary>Whether it is an impression, and no action.</summary>
    public bool IsImpression => Head.Kind == JoinEntryKind.Impression;
}
