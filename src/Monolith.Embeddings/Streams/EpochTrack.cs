using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams;

/// <summary>Where positions of a source lie in its epochs: the source itself has them, or the first of its parts that does.</summary>
internal sealed class EpochTrack
{
    private readonly EpochSource _epochs;
    private readonly SequentialSource? _sequence;
    private readonly int _part;

    private EpochTrack(EpochSource epochs, SequentialSource? sequence, int part) =>
        (_epochs, _sequence, _part) = (epochs, sequence, part);

    /// <summary>How many epochs there are.</summary>
    public int Count => _epochs.Count;

    /// <summary>The position behind them.</summary>
    public StreamPosition End => _sequence is null ? _epochs.End : PartPosition.Join(_part, _epochs.End);

    /// <summary>The epochs of a source; null where it has none.</summary>
    public static EpochTrack? Of(ExampleSource source)
    {
        if (source is EpochSource epochs) return new EpochTrack(epochs, null, 0);
        if (source is not SequentialSource sequence) return null;
        var part = sequence.IndexOfEpochs();
        return part < 0 ? null : new EpochTrack((EpochSource)sequence.Part(part), sequence, part);
    }

    /// <summary>How many epochs lie before a position, whole.</summary>
    public int DoneAt(StreamPosition position)
    {
        if (_sequence is null) return _epochs.DoneAt(position);
        var (part, inner) = _sequence.Split(position);
        return part < _part ? 0 : part > _part ? Count : _epochs.DoneAt(inner);
    }
}
