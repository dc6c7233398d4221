using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams.Sampling;

/// <summary>
/// Asks a source with state to know that of each position that one of the newest sampled batches goes back to, however many batches of the
/// source lie between two of them. Thread-safe.
/// </summary>
/// <param name="source">The source.</param>
internal sealed class KeptPositions(ExampleSource source)
{
    // One more: the position that the reading began at is asked for too.
    private const int Most = ExampleSource.KeptStates + 1;

    private readonly Lock _gate = new();
    private readonly Queue<StreamPosition> _positions = new(Most);
    private StreamPosition? _keptFrom;

    /// <summary>Keeps all from a position of the sampled stream on, see <see cref="ExampleSource.KeepStatesFrom"/>.</summary>
    public bool KeepFrom(StreamPosition position)
    {
        lock (_gate)
        {
            _keptFrom = position;
            return source.KeepStatesFrom(SubsampledPosition.From(_positions.Count > 0 ? Oldest() : position).Begin);
        }
    }

    /// <summary>Starts over, at a position of the sampled stream.</summary>
    public void Begin(StreamPosition position)
    {
        if (!source.HasState) return;
        lock (_gate) _positions.Clear();
        Add(position);
    }

    /// <summary>Adds the position of a batch; the oldest ones are dropped where there are too many.</summary>
    public void Add(StreamPosition position)
    {
        if (!source.HasState) return;
        lock (_gate)
        {
            _positions.Enqueue(position);
            source.KeepStatesFrom(SubsampledPosition.From(Oldest()).Begin);
        }
    }

    private StreamPosition Oldest()
    {
        while (_positions.Count > Most && _positions.Peek() != _keptFrom) _positions.Dequeue();
        return _positions.Peek();
    }
}
