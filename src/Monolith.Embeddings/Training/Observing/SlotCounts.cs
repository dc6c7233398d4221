namespace Monolith.Embeddings.Training.Observing;

/// <summary>What the examples of a trainer had in one slot. Written by the training thread; each number may be read by any.</summary>
internal sealed class SlotCounts
{
    // Fewer may be a pause. What was as good as sure to come by now is missing.
    private const long LeastSilence = 1000;
    private const double LeastExpected = 50;

    private long _examples, _silence;

    /// <summary>Ids.</summary>
    public long Ids { get; private set; }

    /// <summary>Examples without an id.</summary>
    public long EmptyExamples { get; private set; }

    /// <summary>Ids that had no row when their batch came; counted while there is a listener.</summary>
    public long NewIds { get; private set; }

    /// <summary>Examples since the last one with an id; whole batches count.</summary>
    public long Silence => Volatile.Read(ref _silence);

    /// <summary>
    /// Whether the slot had ids, and then none for so many examples that by its share of examples before 50 of them would have had some.
    /// </summary>
    public bool IsSilent { get; private set; }

    /// <summary>The share of examples that had ids, before the silence.</summary>
    public double UsualShare => Share(_examples - _silence, _examples - EmptyExamples);

    /// <summary>Takes note of a batch.</summary>
    /// <returns>Whether it fell silent with this batch, or ended its silence.</returns>
    public bool Add(int examples, int ids, int empty)
    {
        var wasSilent = IsSilent;
        Ids += ids;
        EmptyExamples += empty;
        _examples += examples;
        Volatile.Write(ref _silence, empty == examples ? _silence + examples : 0);
        IsSilent = _silence >= LeastSilence && _silence * UsualShare >= LeastExpected;
        return IsSilent != wasSilent;
    }

    /// <summary>Takes note of ids without a row.</summary>
    public void AddNew(long ids) => NewIds += ids;

    private static double Share(long examples, long filled) => examples > 0 ? (double)filled / examples : 0;
}
