using Monolith.Embeddings.Streams.Joining.Index;

namespace Monolith.Embeddings.Streams.Joining.State;

/// <summary>A place that is looked for among those of its hash, whatever lies there.</summary>
internal readonly struct PlaceProbe(long place) : IJoinKey
{
    public bool IsAt(long offset) => offset == place;
}
