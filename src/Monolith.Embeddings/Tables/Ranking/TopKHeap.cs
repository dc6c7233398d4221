namespace Monolith.Embeddings.Tables.Ranking;

/// <summary>
/// The best of the ids that it was given: a larger score comes first, and of equal scores the lower id, as a signed number. A binary heap
/// with the worst of them on top; grows as it fills, and keeps its memory.
/// </summary>
internal sealed class TopKHeap
{
    private long[] _ids = new long[16], _markedIds = [];
    private float[] _scores = new float[16], _markedScores = [];
    private int _most, _marked;

    public int Count { get; private set; }

    /// <summary>No id of a lower score is taken any more.</summary>
    public float Threshold => Count < _most ? float.NegativeInfinity : _scores[0];

    /// <summary>Starts over, empty.</summary>
    /// <param name="most">How many ids to keep, at least 1.</param>
    public void Reset(int most) => (Count, _most) = (0, most);

    public void Add(long id, float score)
    {
        if (Count < _most)
        {
            if (Count == _ids.Length) Grow();
            SiftUp(Count++, id, score);
        }
        else if (IsBetter(score, id, _scores[0], _ids[0])) SiftDown(id, score);
    }

    public void AddAll(TopKHeap other)
    {
        for (var i = 0; i < other.Count; i++) Add(other._ids[i], other._scores[i]);
    }

    /// <summary>Writes the ids, the best first, and empties the heap.</summary>
    /// <param name="ids">Receives <see cref="Count"/> of them.</param>
    /// <param name="scores">Receives their scores.</param>
    /// <param name="offset">What is added to each score.</param>
    public void Drain(Span<long> ids, Span<float> scores, float offset)
    {
        for (var last = Count - 1; last >= 0; last--)
        {
            (ids[last], scores[last]) = (_ids[0], _scores[0] + offset);
            Count = last;
            SiftDown(_ids[last], _scores[last]);
        }
    }

    /// <summary>Remembers the state for <see cref="Rewind"/>.</summary>
    public void Mark()
    {
        if (_markedIds.Length < _ids.Length) (_markedIds, _markedScores) = (new long[_ids.Length], new float[_ids.Length]);
        _ids.AsSpan(0, Count).CopyTo(_markedIds);
        _scores.AsSpan(0, Count).CopyTo(_markedScores);
        _marked = Count;
    }

    /// <summary>Goes back to the state of the last <see cref="Mark"/>.</summary>
    public void Rewind()
    {
        _markedIds.AsSpan(0, _marked).CopyTo(_ids);
        _markedScores.AsSpan(0, _marked).CopyTo(_scores);
        Count = _marked;
    }

    private static bool IsBetter(float score, long id, float otherScore, long otherId) =>
        score > otherScore || (score == otherScore && id < otherId);

    private void Grow()
    {
        var capacity = (int)Math.Min(_most, 2L * _ids.Length);
        Array.Resize(ref _ids, capacity);
        Array.Resize(ref _scores, capacity);
    }

    private void SiftUp(int place, long id, float score)
    {
        while (place > 0)
        {
            var parent = (place - 1) / 2;
            if (!IsBetter(_scores[parent], _ids[parent], score, id)) break;
            (_ids[place], _scores[place]) = (_ids[parent], _scores[parent]);
            place = parent;
        }
        (_ids[place], _scores[place]) = (id, score);
    }

    // In place of the worst one.
    private void SiftDown(long id, float score)
    {
        var place = 0;
        while (true)
        {
            var child = 2 * place + 1;
            if (child >= Count) break;
            if (child + 1 < Count && IsBetter(_scores[child], _ids[child], _scores[child + 1], _ids[child + 1])) child++;
            if (!IsBetter(score, id, _scores[child], _ids[child])) break;
            (_ids[place], _scores[place]) = (_ids[child], _scores[child]);
            place = child;
        }
        (_ids[place], _scores[place]) = (id, score);
    }
}
