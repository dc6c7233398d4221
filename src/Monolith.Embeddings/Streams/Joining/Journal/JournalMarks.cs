using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams.Joining.Entries;

namespace Monolith.Embeddings.Streams.Joining.Journal;

/// <summary>
/// The marks of the last batches, oldest first: a trainer reads ahead, and asks for the state after a batch that it trained.
/// </summary>
internal sealed class JournalMarks
{
    // One more: the position that the reading began at is asked for too.
    private const int Most = ExampleSource.KeptStates + 1;

    private readonly Queue<JoinMark> _marks = new(Most);

    /// <summary>The oldest.</summary>
    public JoinMark Oldest => _marks.Peek();

    /// <summary>From which position on all are kept; null for the newest alone.</summary>
    public StreamPosition? KeptFrom { get; set; }

    /// <summary>Adds the mark of a batch, and forgets the oldest where there are too many.</summary>
    public void Add(in JoinMark mark)
    {
        while (_marks.Count >= Most && _marks.Peek().Position != KeptFrom) _marks.Dequeue();
        _marks.Enqueue(mark);
    }

    /// <summary>Forgets all but one.</summary>
    public void Reset(in JoinMark mark)
    {
        _marks.Clear();
        _marks.Enqueue(mark);
    }

    /// <summary>Forgets all behind one.</summary>
    public void Rewind(in JoinMark mark)
    {
        var isBefore = true;
        for (var left = _marks.Count; left > 0; left--)
        {
            var next = _marks.Dequeue();
            if (isBefore) _marks.Enqueue(next);
            isBefore &= next.Position != mark.Position;
        }
    }

    /// <summary>The mark of a position.</summary>
    /// <exception cref="InvalidOperationException">None of those that are kept is of this position.</exception>
    public JoinMark Of(StreamPosition position)
    {
        foreach (var mark in _marks)
        {
            if (mark.Position == position) return mark;
        }
        throw new InvalidOperationException(
            $"The joiner keeps its state after the last {ExampleSource.KeptStates} batches, and {position} is none of their positions. "
            + "Go on from one of them, or restore a commit.");
    }
}
