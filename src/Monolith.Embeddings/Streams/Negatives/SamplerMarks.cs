using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams.Negatives.Items;

namespace Monolith.Embeddings.Streams.Negatives;

/// <summary>The marks of the last batches, oldest first. Not thread-safe.</summary>
internal sealed class SamplerMarks
{
    // One more: the position that the reading began at is asked for too.
    private const int Most = ExampleSource.KeptStates + 1;

    private readonly List<SamplerMark> _marks = new(Most);

    /// <summary>The oldest.</summary>
    public SamplerMark Oldest => _marks[0];

    /// <summary>The newest.</summary>
    public SamplerMark Newest => _marks[^1];

    /// <summary>Says what the state of the newest position is from now on.</summary>
    public void ReplaceNewest(in SamplerMark mark) => _marks[^1] = mark;

    /// <summary>Adds the mark of a batch, and forgets the oldest where there are too many.</summary>
    public void Add(in SamplerMark mark)
    {
        if (_marks.Count == Most) _marks.RemoveAt(0);
        _marks.Add(mark);
    }

    /// <summary>Forgets all but one.</summary>
    public void Reset(in SamplerMark mark)
    {
        _marks.Clear();
        _marks.Add(mark);
    }

    /// <summary>Finds the mark of a position.</summary>
    public bool TryFind(StreamPosition position, out SamplerMark mark)
    {
        var at = IndexOf(position);
        mark = at < 0 ? default : _marks[at];
        return at >= 0;
    }

    /// <summary>Forgets all behind a position.</summary>
    public void Rewind(StreamPosition position)
    {
        var at = IndexOf(position);
        _marks.RemoveRange(at + 1, _marks.Count - at - 1);
    }

    private int IndexOf(StreamPosition position)
    {
        for (var at = _marks.Count - 1; at >= 0; at--)
        {
            if (_marks[at].Position == position) return at;
        }
        return -1;
    }
}
